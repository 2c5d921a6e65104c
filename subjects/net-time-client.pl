#!/usr/bin/perl
# Asks with Net::Time: `inet_time` or `inet_daytime`, over `udp` or `tcp`, and prints the answer.
use strict;
use warnings;
use Net::Time qw(inet_time inet_daytime);

my ($what, $transport, $host, $timeout_s) = @ARGV;
my $answer =
  $what eq 'time'
  ? inet_time($host, $transport, $timeout_s)
  : inet_daytime($host, $transport, $timeout_s);
die "no answer from $host\n" unless defined $answer;
print $what eq 'time' ? scalar(gmtime $answer) . "\n" : $answer;
