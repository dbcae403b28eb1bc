#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Finds texts for people that xgettext does not see, in C.
# Here:     arguments of error_set, say and its sisters that hold a text beside something else (a choice, say) without N_; lines printed to
#           a person by agent/cli that do not go through say.
# Not here: texts of page modules (texts.mjs), whether the texts are translated (texts.sh).
# usage: texts.pl FILE...
use strict;
use warnings;

my %texts = (error_set => [2, 3], say => [1], say_many => [1, 2], say_in => [1, 2]);
my $failed = 0;

sub complain {
    my ($file, $line, $what) = @_;
    print "$file:$line: $what\n";
    $failed = 1;
}

# What stands between a bracket and its partner, parted at its commas. Strings and characters are skipped over.
sub arguments {
    my ($source, $at) = @_;
    my ($depth, $from, @parts) = (1, $at);
    pos($source) = $at;
    while ($depth > 0 && $source =~ /\G[^"'(){}\[\],]*(?:("(?:[^"\\]|\\.)*")|('(?:[^'\\]|\\.)*')|(.))/gs) {
        my $mark = $3;
        next unless defined $mark;
        $depth++ if $mark =~ /[({\[]/;
        $depth-- if $mark =~ /[)}\]]/;
        if (($mark eq ',' && $depth == 1) || $depth == 0) {
            push @parts, substr($source, $from, pos($source) - 1 - $from);
            $from = pos($source);
        }
    }
    return @parts;
}

# A text alone, or no text at all outside of N_, or nothing but "".
sub is_seen {
    my ($argument) = @_;
    return 1 if $argument =~ /^\s*(?:"(?:[^"\\]|\\.)*"\s*|PRI\w+\s*)+$/;
    $argument =~ s/\bN_\s*\(\s*(?:"(?:[^"\\]|\\.)*"\s*)+\)//g;
    $argument =~ s/"[^a-zA-Z"]*"//g;
    # What another function is asked for, or a word compared with, is no text for people.
    $argument =~ s/\b\w+\s*\([^()]*\)//g;
    return $argument !~ /"/;
}

for my $file (@ARGV) {
    local $/;
    open(my $in, '<', $file) or die "$file: $!";
    my $source = <$in>;
    close $in;
    $source =~ s{("(?:[^"\\\n]|\\.)*")|(/\*.*?\*/|//[^\n]*)}{my $c = $1 // $2; $c =~ s/[^\n]/ /g if !defined $1; $c}gse;
    while ($source =~ /\b(error_set|say|say_many|say_in)\s*\(/g) {
        my ($name, $at) = ($1, pos $source);
        my $line = 1 + (substr($source, 0, $at) =~ tr/\n//);
        my @arguments = arguments($source, $at);
        for my $index (@{$texts{$name}}) {
            complain($file, $line, "a text of $name() is not seen by xgettext: mark it N_(\"...\")")
                if $index < @arguments && !is_seen($arguments[$index]);
        }
        complain($file, $line, "an s is not the plural in every language: say_many") if $name eq 'error_set' && $source =~ /\G[^;]*"s"/s;
    }
    while ($source =~ /\bremedy\w*(?:\[\])?\s*=\s*"[^"]/g) {
        complain($file, 1 + (substr($source, 0, pos $source) =~ tr/\n//), 'a remedy is not seen by xgettext: mark it N_("...")');
    }
    next unless $file =~ m{agent/cli/} && $file !~ m{/help\.c$}; # its completion is a script
    while ($source =~ /\b(?:fprintf|printf|fputs|puts)\s*\(/g) {
        my $at = pos $source;
        my $line = 1 + (substr($source, 0, $at) =~ tr/\n//);
        my @arguments = arguments($source, $at);
        my $text = join ',', @arguments;
        $text =~ s/\bsay\w*\s*\((?:[^()"]|"(?:[^"\\]|\\.)*"|\((?:[^()"]|"(?:[^"\\]|\\.)*")*\))*\)//g;
        while ($text =~ /"((?:[^"\\]|\\.)*)"/g) {
            my $words = $1;
            $words =~ s/%[-+0-9.*\$]*(?:ll|l|z)?[a-zA-Z]|\\.(?:\d\d)?(?:\[K)?//g;
            complain($file, $line, "\"$words\" is printed without say()") if $words =~ /[a-zA-Z]{2}/ && $words !~ /^(?:[a-z]*:? *|teren: \.)$/;
        }
    }
}
exit $failed;
