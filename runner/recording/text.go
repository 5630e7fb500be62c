package recording

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

const shortest = 120 // characters of a foreign text in one line of a failure

// Short prints a JSON value in one short line.
func Short(v any) string {
	if t, ok := v.(string); ok {
		return Cut(fmt.Sprintf("%q", t))
	}
	return Cut(fmt.Sprintf("%v", v))
}

// ShortOrMissing is Short, or says that the member is not there.
func ShortOrMissing(v any, present bool) string {
	if !present {
		return "missing"
	}
	return Short(v)
}

// Cut shortens a foreign text for one line of a failure.
func Cut(s string) string {
	if utf8.RuneCountInString(s) > shortest {
		return string([]rune(s)[:shortest-3]) + "..."
	}
	return s
}

// JSON prints a value whole.
func JSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
