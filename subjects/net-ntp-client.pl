#!/usr/bin/perl
# Asks with Net::NTP as its documentation shows, and prints what the answer says.
use strict;
use warnings;
use Net::NTP qw(get_ntp_response);

my ($host, $port, $timeout_s) = @ARGV;
$Net::NTP::TIMEOUT = $timeout_s;
my %reply = get_ntp_response($host, $port);
print "$_: $reply{$_}\n" for sort grep { defined $reply{$_} } keys %reply;
