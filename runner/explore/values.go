package explore

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// keys are names of user data that have once been taken for something else: for a path, a number, a member of an object.
var keys = []string{
	"VsOrder", "vs order no", "Vs.a.b", "Vs/a", `Vs"quoted"`, `Vs\back`, "VsConstructor", "VsToString", "Vs0", "Vs-1", "Vs[0]", "Vs{x}", "Vs%41",
	"Vs<b>", "VsÄnderung", "Vs😀",
}

// texts are values that have once come back as something else: as a number, a flag, nothing, or cut.
var texts = []string{
	"A \"7\" \\ 9", "007", "true", "null", "0", "-1.50", "1e3", "</script>", "%s %d %41", "a=b&c=d;e", "'; --", "{\"x\":1}", "[1]", "a:b", "${x}", " spaced ",
	"Grüße", "e\u0301 and é", "😀", "日本語", //nolint:gosmopolitan // what few have typed is the point
}

// longest is the length of long values, which every switch takes.
const longest = 250

// value is one for user data. n makes it another than all before: what is not changed need not be told.
func value(r *rand.Rand, n int) any {
	switch x := r.IntN(len(texts) + 6); {
	case x < len(texts):
		return fmt.Sprintf("%s #%d", texts[x], n)
	case x == len(texts):
		return strings.Repeat("0123456789", longest/10)[:longest-8] + fmt.Sprintf("#%d", n)
	case x == len(texts)+1:
		return map[string]any{"name": fmt.Sprintf("ada %d", n), "place": map[string]any{"floor": "3"}}
	default:
		return fmt.Sprintf("%d", n)
	}
}
