# Lynx's sentences, by the names that socket-errors gives to failures.
s/^Unable to locate remote host /Address-related error connecting to server: &/
s/^Alert!: Unable to connect to remote host\./Connection error: &/
s/^Alert!: Unexpected network read error/Error receiving data: &/
