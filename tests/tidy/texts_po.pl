#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Compares translations with the texts of the sources: each is there, translated, asks for the same things, and none is left over.
# Here:     what is missing, unused, fuzzy, empty; directives (%s) and {names} that differ; a line feed that came or went.
# Not here: which texts there are (protocol/po/extract), whether a .po is well-formed (msgfmt, when it is compiled).
# usage: texts_po.pl POT PO...
use strict;
use warnings;
binmode STDOUT, ':encoding(UTF-8)';

my $told_max = 40;
my $failed = 0;

# key => {flags, ids => [msgid, msgid_plural], texts => [msgstr...]}
sub read_po {
    my ($file) = @_;
    open(my $in, '<:encoding(UTF-8)', $file) or die "$file: $!";
    my (%found, $entry, $at);
    my $take = sub {
        return unless $entry && @{$entry->{ids}} && $entry->{ids}[0] ne '';
        $found{($entry->{context} // '') . "\004" . $entry->{ids}[0]} = $entry;
    };
    while (my $line = <$in>) {
        chomp $line;
        next if $line =~ /^#~/;
        if ($line eq '') { $take->(); undef $entry; next }
        $entry //= {flags => '', ids => [], texts => []};
        if ($line =~ /^#,(.*)/) { $entry->{flags} .= $1; next }
        next if $line =~ /^#/;
        if ($line =~ s/^msgctxt //) { $at = \$entry->{context} }
        elsif ($line =~ s/^msgid //) { $at = \$entry->{ids}[0] }
        elsif ($line =~ s/^msgid_plural //) { $at = \$entry->{ids}[1] }
        elsif ($line =~ s/^msgstr(?:\[(\d+)\])? //) { $at = \$entry->{texts}[$1 // 0] }
        $line =~ /^"(.*)"$/ or die "$file: $line";
        $$at .= $1;
    }
    $take->();
    return \%found;
}

# What a text asks for, by the order in which it is handed in.
sub directives {
    my ($text) = @_;
    my ($next, %found) = (0);
    while ($text =~ /%(?:%|(\d+)\$)?([-+ #0]*[\d*]*(?:\.[\d*]+)?)(hh|h|ll|l|z|j)?([diuxXcsf])?/g) {
        next unless defined $4;
        $found{$1 // ++$next} = ($3 // '') . $4;
    }
    return join ' ', map { "$_:$found{$_}" } sort keys %found;
}
sub names { my %found = map { $_ => 1 } $_[0] =~ /\{(\w+)\}/g; return join ' ', sort keys %found }
sub edges { my ($text) = @_; return ($text =~ /^\\n/ ? 'begins ' : '') . ($text =~ /\\n$/ ? 'ends' : '') }

sub faults {
    my ($entry) = @_;
    my @texts = @{$entry->{texts}};
    my ($one, $many) = @{$entry->{ids}};
    return 'is not translated' if !@texts || grep { !defined $_ || $_ eq '' } @texts;
    return 'is fuzzy' if $entry->{flags} =~ /fuzzy/;
    for my $index (0 .. $#texts) {
        my $like = defined $many && $index > 0 ? $many : $one;
        # The form for one may leave the number out where English does.
        my @like = defined $many ? ($one, $many) : ($one);
        return 'asks for other %directives'
            if $entry->{flags} =~ /c-format/ && !grep { directives($_) eq directives($texts[$index]) } @like;
        return 'has other {names}' if !grep { names($_) eq names($texts[$index]) } @like;
        return 'has or lacks a line feed at an edge' if edges($texts[$index]) ne edges($like);
    }
    return '';
}

my $pot = read_po(shift @ARGV);
die "no texts were found\n" unless keys %$pot;
for my $file (@ARGV) {
    my $po = read_po($file);
    my @told;
    for my $key (sort keys %$pot) {
        my $entry = $po->{$key};
        my $fault = $entry ? faults($entry) : 'is missing: run protocol/po/update';
        push @told, "\"$pot->{$key}{ids}[0]\" $fault" if $fault;
    }
    push @told, map { "\"$po->{$_}{ids}[0]\" is said nowhere: run protocol/po/update" } grep { !$pot->{$_} } sort keys %$po;
    next unless @told;
    $failed = 1;
    printf "%s: %d of %d texts are not as they should be\n", $file, scalar @told, scalar keys %$pot;
    print "  $_\n" for @told[0 .. ($#told < $told_max ? $#told : $told_max - 1)];
    printf "  ... and %d more\n", @told - $told_max if @told > $told_max;
}
exit $failed;
