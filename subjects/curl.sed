# curl's statuses, as it prints them, by the names that socket-errors gives to failures.
s/^curl: (6) /Address-related error connecting to server: &/
s/^curl: (7) /Connection error: &/
s/^curl: (55) /Error sending data: &/
s/^curl: (\(1\|8\|18\|52\|56\)) /Error receiving data: &/
s/^curl: (22) /Error reply from server: &/
