package recording

import "strings"

// Purpose says what a request is for.
type Purpose string

// Purposes of requests.
const (
	Connect Purpose = "connect" // brings a person to where scenarios can begin
	Arrange Purpose = "arrange" // brings about what a scenario takes for granted
	Act     Purpose = "act"     // what the scenario is about
	Refusal Purpose = "refusal" // must be refused
	Fence   Purpose = "fence"   // its own notification shows that what was caused before it has come
	Clean   Purpose = "clean"   // leaves people and devices as they were
)

// FenceKey is the user data key that fences set, and nothing else does.
const FenceKey = "VoicespecFence"

// Labels of requests begin with what they are for; those of what a scenario is about are bare.
var prefixes = map[Purpose]string{Connect: "connect.", Arrange: "arrange.", Refusal: "refusal.", Fence: "fence.", Clean: "clean."}

// Label is the label of a request with this purpose.
func (p Purpose) Label(name string) string { return prefixes[p] + name }

// PurposeOf is what a request with a label is for; "" without one, as in another client's log.
func PurposeOf(label string) Purpose {
	if label == "" {
		return ""
	}
	for p, prefix := range prefixes {
		if strings.HasPrefix(label, prefix) {
			return p
		}
	}
	return Act
}
