package spec

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// What differs of user data is shown, and not all of a hundred pairs.
func TestDataFinding(t *testing.T) {
	t.Parallel()
	e := &recording.Entry{Kind: recording.KindMessage, Message: json.RawMessage(`{"data":{"call":{"userData":{"a":"1","b":"other"}}}}`)}
	f := dataFinding(e, map[string]any{"a": "1", "b": "2", "c": "3"})
	if f.Expected != `b "2", c "3"` || f.Observed != `b "other", c is missing` {
		t.Errorf("%s; %s", f.Expected, f.Observed)
	}
	hundred := map[string]any{}
	for i := range 100 {
		hundred[fmt.Sprint("key", i)] = "value"
	}
	f = dataFinding(e, hundred)
	if !strings.HasSuffix(f.Expected, "and 97 more") || len(f.Observed) > 200 {
		t.Errorf("not shortened: %s; %s", f.Expected, f.Observed)
	}
}
