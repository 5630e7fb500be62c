package judge

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/jsontext"
	"github.com/voicespec/voicespec/runner/recording"
)

// Framed judges that an answer is HTTP and JSON as its headers say, and nothing that only a lenient reader takes for it.
func Framed(e *recording.Entry) []Finding {
	return flaws("WIRE-1", jsontext.HTTP, "an answer that is framed as HTTP has it", e)
}

// Strict judges that the text of an answer is JSON, and not only nearly so.
func Strict(e *recording.Entry) []Finding {
	return flaws("HTTP-2", jsontext.JSON, "a JSON text, as it is and uncompressed", e)
}

// Discreet judges that an answer, or a message that came, holds no credentials of those who test.
func Discreet(e *recording.Entry) []Finding {
	var out []Finding
	if slices.Contains(e.Flaws, recording.Leak) {
		out = append(out, Finding{
			Requirement: "AUTH-23", Entry: e,
			Expected: "no password, and no Authorization", Observed: "credentials that the target file gives",
		})
	}
	return out
}

func flaws(requirement, kind, expected string, e *recording.Entry) []Finding {
	var out []Finding
	for _, text := range e.Flaws {
		if rest, of := strings.CutPrefix(text, kind); of {
			out = append(out, Finding{Requirement: requirement, Entry: e, Expected: expected, Observed: rest})
		}
	}
	return out
}

// Unambiguous judges that the JSON of an answer, or of a message that came, is read in one way by everybody: no member
// twice, no half of a surrogate pair. The page AttachUserData says that a key which is attached again stands twice in the
// call's data, so userData is left out.
func Unambiguous(e *recording.Entry) []Finding {
	var out []Finding
	for _, x := range e.Irregularities() {
		f := Finding{Requirement: "JSON-3", Entry: e, Path: x.Path, Expected: "characters of Unicode", Observed: x.Seen + ", half a surrogate pair"}
		if x.Repeated {
			if strings.Contains("."+x.Path, ".userData.") {
				continue
			}
			f.Requirement, f.Expected, f.Observed = "JSON-2", "the member once", x.Seen
			if x.Differs {
				f.Requirement, f.Expected = "JSON-1", "one value of the member"
			}
		}
		out = append(out, f)
	}
	return out
}
