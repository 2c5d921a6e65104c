# wget's sentences, by the names that socket-errors gives to failures.
s/^wget: unable to resolve host address/Address-related error connecting to server: &/
s/^failed: /Connection error: &/
s/^No data received\./Error receiving data: &/
s/^Read error /Error receiving data: &/
s/^[-0-9]* [:0-9]* ERROR -1: /Error receiving data: &/
s/^[-0-9]* [:0-9]* ERROR [0-9][0-9][0-9]: /Error reply from server: &/
