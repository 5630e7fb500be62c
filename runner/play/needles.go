package play

import (
	"slices"
	"strings"
)

// needles finds which of many texts stand in a haystack, in one pass: what that costs hardly grows with their number.
// A target makes up the most of them, as cookies.
type needles struct {
	sieve    [1 << sieveBits]bool // that a needle begins so: most positions of a haystack fall through
	byPrefix map[uint64]*bucket
	added    int
}

// sieveBits of the hash of a needle's beginning.
const sieveBits = 16

// bucket holds the needles of one beginning.
type bucket struct {
	list   []*needle // in the order of their texts once sorted
	sorted bool
}

type needle struct {
	text   string
	rank   int     // when it was added
	parent *needle // the longest other one that it begins with
	pair   bool    // a name and a value, of which a part is no secret
}

// span is where a needle stands.
type span struct {
	from int
	*needle
}

func (s span) end() int { return s.from + len(s.text) }

func newNeedles() *needles { return &needles{byPrefix: map[uint64]*bucket{}} }

// add takes a text of secretFloor bytes or more that is not among the needles.
func (n *needles) add(text string) *needle {
	n.added++
	p := prefix(text)
	b := n.byPrefix[p]
	if b == nil {
		b = &bucket{}
		n.byPrefix[p] = b
	}
	x := &needle{text: text, rank: n.added}
	b.list, b.sorted = append(b.list, x), false
	n.sieve[sieveHash(p)] = true
	return x
}

// find returns the longest needle of each position at which there is one. Others that stand there are its parents.
func (n *needles) find(text string) (found []span) {
	var window uint64
	for i := range len(text) {
		window = (window<<8 | uint64(text[i])) & prefixMask
		if i < secretFloor-1 || !n.sieve[sieveHash(window)] {
			continue
		}
		if b := n.byPrefix[window]; b != nil {
			from := i - secretFloor + 1
			if x := b.longest(text[from:]); x != nil {
				found = append(found, span{from, x})
			}
		}
	}
	return found
}

// beginning finds a needle of which text, from some position on, is the beginning: a text that was cut off within it.
func (n *needles) beginning(text string) (from int, ok bool) {
	for from = max(0, len(text)-longestBeginning); from <= len(text)-secretFloor; from++ {
		b := n.byPrefix[prefix(text[from:])]
		if b == nil {
			continue
		}
		b.sort()
		rest := text[from:]
		i, _ := slices.BinarySearchFunc(b.list, rest, func(x *needle, t string) int { return strings.Compare(x.text, t) })
		for ; i < len(b.list) && strings.HasPrefix(b.list[i].text, rest); i++ {
			if !b.list[i].pair {
				return from, true
			}
		}
	}
	return 0, false
}

// longestBeginning of a needle that is looked for at the end of a text.
const longestBeginning = 4 << 10

const prefixMask = 1<<(8*secretFloor) - 1

// prefix is the beginning of a text as a number.
func prefix(text string) (p uint64) {
	for i := range secretFloor {
		p = p<<8 | uint64(text[i])
	}
	return p
}

func sieveHash(p uint64) uint64 { return p * 0x9E3779B97F4A7C15 >> (64 - sieveBits) }

// longest is the longest needle that text begins with: in the order of texts it is the last one not behind text, or
// one that this begins with.
func (b *bucket) longest(text string) *needle {
	b.sort()
	i, same := slices.BinarySearchFunc(b.list, text, func(x *needle, t string) int { return strings.Compare(x.text, t) })
	if same {
		return b.list[i]
	}
	if i == 0 {
		return nil
	}
	x := b.list[i-1]
	for x != nil && !strings.HasPrefix(text, x.text) {
		x = x.parent
	}
	return x
}

func (b *bucket) sort() {
	if b.sorted {
		return
	}
	slices.SortFunc(b.list, func(x, y *needle) int { return strings.Compare(x.text, y.text) })
	var open []*needle // each begins with the one before
	for _, x := range b.list {
		for len(open) > 0 && !strings.HasPrefix(x.text, open[len(open)-1].text) {
			open = open[:len(open)-1]
		}
		x.parent = nil
		if len(open) > 0 {
			x.parent = open[len(open)-1]
		}
		open = append(open, x)
	}
	b.sorted = true
}
