"""What resolve-host prints, by Python's socket module."""
import socket
import sys

KINDS = {
    socket.EAI_NONAME: "unknown host",
    socket.EAI_AGAIN: "try again",
    socket.EAI_FAIL: "no recovery",
    socket.EAI_NODATA: "no data",
}
HERROR_KINDS = {1: "unknown host", 2: "try again", 3: "no recovery", 4: "no data"}


def printable(text):
    return ascii(text)[1:-1]


def one(host):
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)  # IPv4 first, else as they came
    print(f"IP address of {printable(host)}: {found[0][4][0]}")


def entry(name, aliases, addresses):
    print("Canonical name:", printable(name))
    for alias in aliases:
        print("Alias:", printable(alias))
    for address in addresses:
        print("Address:", address)


how, host = sys.argv[1:]
try:
    if how == "one":
        one(host)
    elif how == "all":
        entry(*socket.gethostbyname_ex(host))
    else:
        entry(*socket.gethostbyaddr(host))
except socket.gaierror as error:
    sys.exit(f"python3: {KINDS.get(error.errno, 'error')}: {error}")
except socket.herror as error:
    sys.exit(f"python3: {HERROR_KINDS.get(error.errno, 'error')}: {error}")
except UnicodeError as error:
    sys.exit(f"python3: no host name: {printable(str(error))}")
