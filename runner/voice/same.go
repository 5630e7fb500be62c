package voice

import "strings"

// SameID reports whether two GUIDs are one: their case differs between places on live servers.
func SameID(a, b string) bool { return strings.EqualFold(a, b) }

// Digits that two forms of a number must share: an extension is compared as a whole, and only what is long enough to be
// a subscriber's number may stand for a longer form of it.
const (
	leastDigits  = 4
	suffixDigits = 7
)

// SameNumber reports whether two texts are forms of one number: "+1 650-466-1100" may be shown as "(650) 466-1100",
// so the digits of one may end in those of the other.
func SameNumber(a, b string) bool {
	if a == b {
		return true
	}
	long, short := byLength(digits(a), digits(b))
	return len(short) >= leastDigits && strings.HasSuffix(long, short) && (len(long) == len(short) || len(short) >= suffixDigits)
}

// MayBeSameNumber reports whether one text can be the extension of the other, of whatever length: 7001 of
// +1 650-466-7001. It is a hint and never a finding: a target file may name a device by a number that its server shows
// in another length.
func MayBeSameNumber(a, b string) bool {
	if a == b {
		return true
	}
	long, short := byLength(digits(a), digits(b))
	return short != "" && strings.HasSuffix(long, short)
}

// Shows reports whether a text for people shows a number: with an area code, without one, in brackets. A number
// without digits may be shown as anything.
func Shows(text, number string) bool {
	return digits(number) == "" || MayBeSameNumber(text, number)
}

// EmptyOrShows is Shows of a form that a server need not fill in.
func EmptyOrShows(text, number string) bool { return text == "" || Shows(text, number) }

func byLength(a, b string) (long, short string) {
	if len(a) < len(b) {
		return b, a
	}
	return a, b
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// LastSegment is what a URI or a path ends in: the id of what it names. What a URI may hold only escaped is unescaped.
func LastSegment(uri string) string {
	uri = strings.TrimSuffix(uri, "/")
	if i := strings.IndexAny(uri, "?#"); i >= 0 {
		uri = uri[:i]
	}
	return unescaped(uri[strings.LastIndex(uri, "/")+1:])
}
