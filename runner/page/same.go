package page

import "strings"

func str(v any) string { s, _ := v.(string); return s }

func lastSegment(uri string) string {
	uri = strings.TrimSuffix(uri, "/")
	if i := strings.IndexAny(uri, "?#"); i >= 0 {
		uri = uri[:i]
	}
	return uri[strings.LastIndex(uri, "/")+1:]
}

// sameID compares GUIDs, whose case differs between places on live servers.
func sameID(a, b string) bool { return strings.EqualFold(a, b) }

// sameNumber reports whether two texts are forms of one number: "+1 650-466-1100" may be
// shown as "(650) 466-1100", so one's digits may end in the other's.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	da, db := digits(a), digits(b)
	if len(da) < len(db) {
		da, db = db, da
	}
	return len(db) >= 4 && strings.HasSuffix(da, db) && (len(da) == len(db) || len(db) >= 7)
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
