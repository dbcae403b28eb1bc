#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Finds texts for people that a page module says without t(), tn() or tc(), and words that stand in the page itself.
# Here:     strings that look like something people read: a capital letter, then a word, alone or with more behind it.
# Not here: texts in C (texts.pl), whether the texts are translated (texts.sh).
# usage: texts_js.pl FILE...
use strict;
use warnings;

# Names that programs know: keys, events, kinds of Intl, headers, HTTP methods.
my %known = map { $_ => 1 } qw(Teren Escape Enter Tab Home End Delete Backspace Shift Control Alt Meta Space Spacebar Content Accept UTC
    English Bosanski Shqip Intl Node Blob File Date Map Set Error Element Document);
my $failed = 0;

sub complain {
    my ($file, $line, $what) = @_;
    print "$file:$line: $what\n";
    $failed = 1;
}

sub looks_like_a_text {
    my ($text) = @_;
    $text =~ s/\$\{[^}]*\}/X/g;
    return 0 if $text !~ /[a-z]/;
    return !$known{$text} if $text =~ /^[A-Z][a-z]+$/;
    return $text =~ /^[A-Z][a-z']*(?:,? [a-zA-Z{X]|[.!?:…]$)/ || $text =~ /^[a-z]+ [a-z]+ [a-z]+.*[.!?]$/;
}

sub look_at_module {
    my ($file, $source) = @_;
    my $before = '';    # the code since the last string: is this one the argument of t(...)?
    my $depth = 0;
    my @calls;          # open brackets: is it one of t's?
    pos($source) = 0;
    while (pos($source) < length $source) {
        if ($source =~ m{\G(?:/\*.*?\*/|//[^\n]*)}gcs) {
            next;
        } elsif ($source =~ /\G("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)/gcs) {
            my $text = $1;
            my $line = 1 + (substr($source, 0, pos($source) - length $text) =~ tr/\n//);
            $text = substr($text, 1, -1);
            complain($file, $line, "\"$text\" is shown without t()")
                if looks_like_a_text($text) && !grep { $_ } @calls and $before !~ /(?:===?|!==?|case)\s*$/;
            $before = '""';
        } elsif ($before =~ /(?:^|[(,=:\[!&|?{};]|return|=>)\s*$/ && $source =~ m{\G/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*}gc) {
            $before = '//';
        } elsif ($source =~ /\G([({\[])/gc) {
            my $bracket = $1;
            push @calls, $bracket eq '(' && $before =~ /(?:^|[^\w.])(?:t|tn|tc|Error)\s*$/ ? 1 : 0;
            $before .= $bracket;
        } elsif ($source =~ /\G([)}\]])/gc) {
            pop @calls;
            $before .= $1;
        } else {
            $source =~ /\G(.)/gcs;
            $before = substr($before . $1, -40);
        }
    }
}

sub look_at_page {
    my ($file, $source) = @_;
    $source =~ s/<!--.*?-->//gs;
    $source =~ s{<noscript.*?</noscript>}{}gs;    # said in every language: no module can say it
    while ($source =~ /\b(?:title|alt|placeholder|aria-label)="([^"]*[a-zA-Z]{2}[^"]*)"/g) {
        complain($file, 1 + (substr($source, 0, pos $source) =~ tr/\n//), "\"$1\" stands in the page") unless $known{$1};
    }
    while ($source =~ />([^<>]*[a-zA-Z]{2}[^<>]*)</g) {
        (my $text = $1) =~ s/^\s+|\s+$//g;
        complain($file, 1 + (substr($source, 0, pos $source) =~ tr/\n//), "\"$text\" stands in the page") unless $known{$text};
    }
}

for my $file (@ARGV) {
    local $/;
    open(my $in, '<:encoding(UTF-8)', $file) or die "$file: $!";
    my $source = <$in>;
    close $in;
    $file =~ /\.html$/ ? look_at_page($file, $source) : look_at_module($file, $source);
}
exit $failed;
