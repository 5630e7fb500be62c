package schemas_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// Every whole notification of a documented page must be valid. A partial one, of which the
// page's end is not known, has no uri (or no deviceState) and is left out.
func TestDocumentedSamplesAreValid(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "fixtures", "scenarios", "*", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios found: %v", err)
	}
	checked := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var scenario struct {
			Page []struct {
				Answered map[string]any `yaml:"answered"`
				Notified map[string]any `yaml:"agent is notified"`
			} `yaml:"page"`
		}
		if err := yaml.Unmarshal(data, &scenario); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for n, step := range scenario.Page {
			kind, value := "rest-answer", step.Answered
			if step.Notified != nil {
				kind, value = wholeKind(step.Notified), step.Notified
			}
			if value == nil || kind == "" {
				continue
			}
			checked++
			if got := faults(t, compile(t, kind), value); got != nil {
				t.Errorf("%s step %d is no valid %s: %v", filepath.Base(file), n+1, kind, got)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d documented messages were checked", checked)
	}
}

func wholeKind(message map[string]any) string {
	data, _ := message["data"].(map[string]any)
	if call, is := data["call"].(map[string]any); is && call["uri"] != nil {
		return "call-" + strings.ToLower(call["state"].(string))
	}
	if devices, is := data["devices"].([]any); is {
		if device, _ := devices[0].(map[string]any); device["deviceState"] != nil && device["capabilities"] != nil {
			return "device-notification"
		}
	}
	return ""
}

// The examples of docs/recording.md are what converters start from.
func TestExamplesOfTheRecordingPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "docs", "recording.md"))
	if err != nil {
		t.Fatal(err)
	}
	schema, checked := compile(t, "recording"), 0
	for _, block := range regexp.MustCompile("(?s)```ndjson\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		for line := range strings.Lines(block[1]) {
			checked++
			entry := decode(t, line).(map[string]any)
			if got := faults(t, schema, entry); got != nil {
				t.Errorf("example line is not valid: %v\n%s", got, line)
			}
			for name := range entry {
				if !strings.Contains(string(page), "`"+name+"`") {
					t.Errorf("the page uses %s without naming it in a table", name)
				}
			}
		}
	}
	if checked < 5 {
		t.Errorf("only %d example lines were found", checked)
	}
	if got := faults(t, compile(t, "call-held"), documentedMessage(t, string(page))); got != nil {
		t.Errorf("the worked notification is not valid: %v", got)
	}
}

func documentedMessage(t *testing.T, page string) any {
	t.Helper()
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, `{"kind":"message"`) && strings.Contains(line, `"Held"`) {
			return decode(t, line).(map[string]any)["message"]
		}
	}
	t.Fatal("the page has no worked notification")
	return nil
}
