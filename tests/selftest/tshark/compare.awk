# Compares rows of the harness with rows of tshark; see the script `compare` for the files.

BEGIN { FS = "\t"; SHOWN_MAX = 40 }

FNR == 1 { part++ }

part == 1 { files[FNR - 1] = $0; next }
part == 2 { columns[FNR] = $0; column_count = FNR; next }

# The timestamps of each packet, as octets; a packet has two of each where an ICMP error quotes one.
part == 3 {
  if ($0 ~ /<field name="num"/) frame = attribute($0, "show")
  if (match($0, /<field name="ntp\.(reftime|org|rec|xmt)"/)) {
    key = frame " " attribute($0, "name")
    value = attribute($0, "value")
    stamps[key] = stamps[key] == "" ? value : stamps[key] "," value
  }
  next
}

part == 4 { place_of[FNR] = $1 " " $2; ours[place_of[FNR]] = $0; our_count++; next }

# part 5: the packets of all files, one behind the other
{
  place = FNR in place_of ? place_of[FNR] : 0 " " FNR
  if (!(place in ours)) {
    differs(place, "the packet", "not there", "there")
    next
  }
  split(ours[place], own, "\t")
  delete ours[place]
  for (c = 1; c <= column_count; c++) {
    theirs = $c
    if (columns[c] ~ /^ntp\.(reftime|org|rec|xmt)$/) theirs = stamps[FNR " " columns[c]]
    compare(place, columns[c], own[c + 2], theirs)
  }
}

END {
  for (place in ours) differs(place, "the packet", "there", "not there")
  if (difference_count > SHOWN_MAX) {
    printf "and %d more differences\n", difference_count - SHOWN_MAX
  }
  printf "%d captures, %d packets, %d values compared, %d not comparable, %d differ\n", \
    length_of(files), our_count, compared, skipped, difference_count
  # A program that sends nothing has captures without packets: then tshark, too, must have found none.
  if (compared == 0 && our_count > 0) {
    print "nothing was compared"
    exit 1
  }
  exit difference_count > 0
}

function attribute(line, name,    start) {
  start = index(line, " " name "=\"")
  if (start == 0) return ""
  line = substr(line, start + length(name) + 3)
  return substr(line, 1, index(line, "\"") - 1)
}

function length_of(array,    i, n) {
  for (i in array) n++
  return n
}

# "*" stands for a value that is not comparable.
function compare(place, column, our, their,    i, n, a, b) {
  # tshark counts the reserved bits of the TCP header to the flags.
  if (column == "tcp.flags") gsub(/0x0[0-9a-f]/, "0x00", their)
  if (our == "" && their == "") return
  if (index(our, "*") == 0) {
    compared++
    if (our "" != their "" && !same_time(place, column, our, their)) differs(place, column, our, their)
    return
  }
  if (our == "*") {
    skipped++
    return
  }
  n = split(our, a, ",")
  if (split(their, b, ",") != n) {
    differs(place, column, our, their)
    return
  }
  for (i = 1; i <= n; i++) {
    if (a[i] == "*") {
      skipped++
    } else {
      compared++
      if (a[i] "" != b[i] "") differs(place, column, our, their)
    }
  }
}

# mergecap rounds units of a power of two down once more.
function same_time(place, column, our, their,    a, b, at) {
  split(place, at, " ")
  if (column != "frame.time_epoch" || files[at[1]] !~ /pcapng$/) return 0
  split(our, a, ".")
  split(their, b, ".")
  return a[1] == b[1] && a[2] - b[2] >= 0 && a[2] - b[2] <= 1
}

function cut(value) {
  if (value == "") return "nothing"
  return length(value) > 100 ? substr(value, 1, 97) "..." : value
}

function differs(place, column, our, their,    at) {
  if (++difference_count > SHOWN_MAX) return
  split(place, at, " ")
  printf "%s: packet %d: %s: the harness reads %s, tshark reads %s\n", \
    files[at[1]], at[2], column, cut(our), cut(their)
}
