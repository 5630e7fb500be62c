package html

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/result"
)

// Marks of a line, read by the script.
const (
	markBad     = "b" // a finding speaks of it
	markDiffers = "d" // another value on the other side
	markOnly    = "e" // only on this side
	markRenamed = "r" // another id, number or time, as it must be
)

// renamed are the members whose values differ between the page and any server. Whether
// they differ consistently is for the judge; here they are only told apart.
var renamed = map[string]bool{
	"id": true, "callUuid": true, "connId": true, "deviceUri": true, "uri": true, "path": true, "parentCallUri": true, "parentCallPath": true,
	"phoneNumber": true, "formattedPhoneNumber": true, "e164Number": true, "digits": true, "dnis": true, "ani": true, "duration": true,
	"clientId": true, "userName": true, "firstName": true, "lastName": true,
}

// marks compares two messages line by line and returns the marks of each, by line number.
func marks(live, page []line) (ofLive, ofPage map[int]string) {
	ofLive, ofPage = map[int]string{}, map[int]string{}
	if len(page) == 0 {
		return ofLive, ofPage
	}
	index := func(lines []line) map[string]line {
		m := map[string]line{}
		for _, l := range lines {
			if l.path != "" && (m[l.path].path == "" || l.value != "") {
				m[l.path] = l
			}
		}
		return m
	}
	a, b := index(live), index(page)
	one := func(lines []line, other map[string]line, out map[int]string) {
		for i, l := range lines {
			match, there := other[l.path]
			switch {
			case l.path == "":
			case !there:
				out[i] = markOnly
			case l.value == "" || match.value == l.value:
			case renamed[lastMember(l.path)]:
				out[i] = markRenamed
			default:
				out[i] = markDiffers
			}
		}
	}
	one(live, b, ofLive)
	one(page, a, ofPage)
	return ofLive, ofPage
}

// blame marks the lines that findings speak of. A place that the message does not have
// (a missing member) marks the nearest place above it.
func blame(lines []line, findings []result.Finding, out map[int]string) {
	for _, f := range findings {
		for path := normal(f.Path); path != ""; path = parent(path) {
			i := slices.IndexFunc(lines, func(l line) bool { return l.path == path })
			if i >= 0 {
				out[i] = markBad
				break
			}
		}
	}
}

// normal writes a finding's path as ours: $.data.call.state.
func normal(path string) string {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "(root)"), "$")
	if path == "" {
		return ""
	}
	return "$." + strings.TrimPrefix(path, ".")
}

func parent(path string) string {
	if i := strings.LastIndexAny(path, ".["); i > 0 {
		return path[:i]
	}
	return ""
}

func lastMember(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
