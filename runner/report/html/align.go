package html

import "strings"

// node is a value of a message as it is laid out: a line, or a bracket with what it holds.
type node struct {
	head line
	kids []*node
	tail *line // the closing bracket
}

// tree takes laid out JSON apart; nil for what is not one value, such as plain text.
func tree(lines []line) *node {
	root := &node{}
	open := []*node{root}
	for i := range lines {
		l := lines[i]
		l.text = strings.TrimSuffix(l.text, ",")
		top := open[len(open)-1]
		if top != root && l.path == top.head.path && strings.Trim(l.text, " ]}") == "" {
			top.tail = &l
			open = open[:len(open)-1]
			continue
		}
		n := &node{head: l}
		top.kids = append(top.kids, n)
		if l.value == "" && (strings.HasSuffix(l.text, "{") || strings.HasSuffix(l.text, "[")) {
			open = append(open, n)
		}
	}
	if len(root.kids) != 1 || len(open) != 1 || root.kids[0].head.path == "" {
		return nil
	}
	return root.kids[0]
}

// aligned is two messages side by side: member beside member, with blank lines where one side has none.
type aligned struct {
	left, right           []line
	blankLeft, blankRight []int // numbers of the blank lines, from 0
}

// align puts the right message's members in the order of the left one's. The left one stays as it was sent.
func align(left, right []line) aligned {
	a, b := tree(left), tree(right)
	if a == nil || b == nil {
		return aligned{left: left, right: right}
	}
	w := &sideBySide{}
	w.pair(a, b, "", "")
	return w.out
}

// sideBySide writes two trees, line beside line.
type sideBySide struct {
	out  aligned
	rows int
}

func (w *sideBySide) row(left, right *line) {
	if left != nil {
		w.out.left = append(w.out.left, *left)
	} else {
		w.out.blankLeft = append(w.out.blankLeft, w.rows)
	}
	if right != nil {
		w.out.right = append(w.out.right, *right)
	} else {
		w.out.blankRight = append(w.out.blankRight, w.rows)
	}
	w.rows++
}

// pair writes two values that stand at the same place, each followed by its comma.
func (w *sideBySide) pair(a, b *node, commaA, commaB string) {
	if (a.tail == nil) != (b.tail == nil) { // a value beside a bracket
		w.side(a, commaA, true)
		w.side(b, commaB, false)
		return
	}
	if a.tail == nil {
		w.row(with(a.head, commaA), with(b.head, commaB))
		return
	}
	w.row(&a.head, &b.head)
	places := map[string]*node{}
	for _, k := range b.kids {
		places[k.head.path] = k
	}
	beside := map[*node]*node{} // of the left side's: the right side's; a member that stands twice has one
	taken := map[*node]bool{}
	for _, k := range a.kids {
		if other := places[k.head.path]; other != nil && !taken[other] {
			beside[k], taken[other] = other, true
		}
	}
	n := 0 // of the right side that are written
	comma := func(i, of int) string {
		if i < of-1 {
			return ","
		}
		return ""
	}
	for i, k := range a.kids {
		other := beside[k]
		if other == nil {
			w.side(k, comma(i, len(a.kids)), true)
			continue
		}
		w.pair(k, other, comma(i, len(a.kids)), comma(n, len(b.kids)))
		n++
	}
	for _, k := range b.kids {
		if !taken[k] {
			w.side(k, comma(n, len(b.kids)), false)
			n++
		}
	}
	w.row(with(*a.tail, commaA), with(*b.tail, commaB))
}

// side writes a value that the other side does not have.
func (w *sideBySide) side(n *node, comma string, left bool) {
	put := func(l *line) {
		if left {
			w.row(l, nil)
		} else {
			w.row(nil, l)
		}
	}
	if n.tail == nil {
		put(with(n.head, comma))
		return
	}
	put(&n.head)
	for i, k := range n.kids {
		c := ","
		if i == len(n.kids)-1 {
			c = ""
		}
		w.side(k, c, left)
	}
	put(with(*n.tail, comma))
}

func with(l line, comma string) *line {
	l.text += comma
	return &l
}
