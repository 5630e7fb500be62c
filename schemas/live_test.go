package schemas_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Recordings of genuine servers lie beside the checkout where there are any. What a
// genuine server sent must be valid: a fault here is a false alarm of a schema.
var liveFiles = filepath.Join("..", "..", "shared", "live", "*.ndjson")

type liveLine struct {
	Kind, Path, Channel, Resource string
	Data                          map[string]any
	Response                      map[string]any
}

func TestLiveTrafficIsValid(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(liveFiles)
	if err != nil || len(files) == 0 {
		t.Skip("there are no recordings of live servers beside this checkout")
	}
	checked := map[string]int{}
	for _, file := range files {
		for number, line := range lines(t, file) {
			for _, c := range kinds(line, filepath.Base(file)) {
				checked[c.schema]++
				if got := faults(t, compile(t, c.schema), c.value); got != nil {
					t.Errorf("%s line %d is no valid %s: %v", filepath.Base(file), number+1, c.schema, got)
				}
			}
		}
	}
	t.Logf("checked: %v", checked)
	for _, name := range []string{"call-ringing", "call-dialing", "call-established", "call-released", "call-8.5.0", "call-resource", "device-notification",
		"device-resource", "error-notification", "user", "rest-answer", "rest-error", "rest-partial", "bayeux-event"} {
		if checked[name] == 0 {
			t.Errorf("no recorded message was checked against %s", name)
		}
	}
}

type check struct {
	schema string
	value  any
}

// kinds tells what a recorded line holds.
func kinds(line liveLine, file string) []check {
	switch {
	case line.Kind == "fragment" && line.Resource == "device":
		return []check{{"device-resource", line.Data}}
	case line.Kind == "fragment":
		// A comment in a client's source, its arrays emptied and without connId: only the resource in it is of use.
		return []check{{"call-resource", line.Data["call"]}}
	case line.Kind == "message":
		message := map[string]any{"channel": line.Channel, "data": line.Data}
		return []check{{"bayeux-event", message}, {notificationKind(line, file), message}}
	case line.Kind == "rest" && strings.HasPrefix(line.Path, "/api/v2") && line.Response != nil:
		return answerKinds(line.Response)
	}
	return nil
}

func notificationKind(line liveLine, file string) string {
	call, isCall := line.Data["call"].(map[string]any)
	switch {
	case strings.HasPrefix(file, "old-8.5.0"):
		return "call-8.5.0"
	case isCall:
		return "call-" + strings.ToLower(call["state"].(string))
	case line.Data["messageType"] == "ErrorMessage":
		return "error-notification"
	}
	return "device-notification"
}

func answerKinds(answer map[string]any) []check {
	var out []check
	if code, has := answer["statusCode"].(float64); has { // the fragments of 2013 to 2016 begin after it
		switch code {
		case 0:
			out = append(out, check{"rest-answer", answer})
		case 7:
			out = append(out, check{"rest-partial", answer})
		default:
			out = append(out, check{"rest-error", answer})
		}
	}
	if user, is := answer["user"].(map[string]any); is {
		out = append(out, check{"user", user})
		devices, _ := user["devices"].([]any)
		for _, d := range devices {
			out = append(out, check{"device-resource", d})
		}
		calls, _ := user["calls"].([]any)
		for _, c := range calls {
			out = append(out, check{"call-resource", c})
		}
	}
	return out
}

func lines(t *testing.T, file string) []liveLine {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []liveLine
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 4<<20)
	for scanner.Scan() {
		var line liveLine
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			t.Fatalf("%s line %d: %v", file, len(out)+1, err)
		}
		out = append(out, line)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
