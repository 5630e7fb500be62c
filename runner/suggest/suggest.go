// Package suggest tells what a mistyped word was probably meant to be.
package suggest

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Closest returns the known word that word was probably meant to be, "" if none is near.
// A word may be wrong in a third of its letters, in two at least, or be the beginning of
// a single known word.
func Closest(word string, known []string) string {
	word = strings.ToLower(word)
	if word == "" || len(word) > 100 {
		return ""
	}
	best, bestDistance := "", max(2, len([]rune(word))/3)+1
	begins, began := 0, ""
	for _, k := range known {
		lower := strings.ToLower(k)
		if d := levenshtein.ComputeDistance(word, lower); d < bestDistance && d < len([]rune(k)) {
			best, bestDistance = k, d
		}
		if len(word) >= 3 && strings.HasPrefix(lower, word) {
			begins, began = begins+1, k
		}
	}
	if best == "" && begins == 1 {
		return began
	}
	return best
}

// Remark is Closest as a remark in brackets, to stand behind the wrong word: ` (did you mean "held"?)`; "" if none is near.
func Remark(word string, known []string) string {
	if best := Closest(word, known); best != "" {
		return fmt.Sprintf(" (did you mean %q?)", best)
	}
	return ""
}
