package evidence

import (
	"regexp"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// Names calls the calls of a scenario what people call them: "the consult call …0006" in place of 32 characters that
// differ in the last two.
type Names struct {
	names map[string]string // by call id
}

// shortest is how many characters at the end of an id are shown where they tell the calls apart.
const shortest = 4

// NameCalls learns the calls of a scenario from its notifications.
func NameCalls(entries []*recording.Entry) Names {
	n := Names{names: map[string]string{}}
	var order []string
	parents := map[string]bool{}
	roles := map[string]string{}
	for _, e := range entries {
		id := e.CallID()
		if e.Kind != recording.KindMessage || len(id) <= shortest {
			continue
		}
		if roles[id] == "" {
			order = append(order, id)
			roles[id] = "the call"
		}
		call := e.Call()
		if call["callType"] == "Consult" {
			roles[id] = "the consult call"
		}
		if parent, ok := call["parentCallUri"].(string); ok {
			parents[parent[strings.LastIndexByte(parent, '/')+1:]] = true
		}
	}
	room := rooms(order)
	for _, id := range order {
		role := roles[id]
		if role == "the call" && parents[id] {
			role = "the original"
		}
		n.names[id] = role + " …" + Clean(id[len(id)-room[id]:])
	}
	return n
}

// rooms are how many characters at its end tell each id from the others: one more than it has in common with the nearest of them, as they
// are ordered from behind. A target may show thousands.
func rooms(ids []string) map[string]int {
	behind := slices.SortedFunc(slices.Values(ids), func(a, b string) int { return strings.Compare(reversed(a), reversed(b)) })
	room := make(map[string]int, len(behind))
	for i, id := range behind {
		same := 0
		if i > 0 {
			same = common(id, behind[i-1])
		}
		if i+1 < len(behind) {
			same = max(same, common(id, behind[i+1]))
		}
		room[id] = min(len(id), max(shortest, same+1))
	}
	return room
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// common is how many bytes two texts have in common at their ends.
func common(a, b string) (n int) {
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// word is an id as it stands in a sentence, with what the sentence calls it; an id within a URI or between quotes is a value.
var word = regexp.MustCompile(`(?:(?:\b(?:the|a) )?(?:\bconsult |\boriginal )?\bcall )?([A-Za-z0-9-]+)`)

// In puts the names of the calls into a sentence.
func (n Names) In(text string) string {
	if len(n.names) == 0 {
		return text
	}
	var out strings.Builder
	at := 0
	for _, m := range word.FindAllStringSubmatchIndex(text, -1) {
		name := n.names[text[m[2]:m[3]]]
		if name == "" || value(text, m[0], m[1]) {
			continue
		}
		out.WriteString(text[at:m[0]])
		out.WriteString(name)
		at = m[1]
	}
	return out.String() + text[at:]
}

func value(text string, from, to int) bool {
	return from > 0 && strings.ContainsRune(`/"'=`, rune(text[from-1])) || to < len(text) && strings.ContainsRune(`/"'`, rune(text[to]))
}
