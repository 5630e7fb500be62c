package explore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/voicespec/voicespec/runner/suggest"
	"github.com/voicespec/voicespec/runner/voice"
)

// Script is a walk as a file: what is done, one step after the other. voicespec run --script plays it.
type Script struct {
	Title string `yaml:"title,omitempty"`
	Steps []Step `yaml:"steps"`
}

// Write writes the script, with remarks above it.
func (s *Script) Write(w io.Writer, remarks ...string) error {
	body, err := yaml.MarshalWithOptions(s, yaml.Indent(2), yaml.IndentSequence(true), yaml.UseSingleQuote(false))
	if err != nil {
		return fmt.Errorf("write a script: %w", err)
	}
	var b bytes.Buffer
	for _, r := range remarks {
		fmt.Fprintf(&b, "# %s\n", strings.ReplaceAll(r, "\n", " "))
	}
	b.Write(body)
	_, err = w.Write(b.Bytes())
	return err
}

// most of a script, many times what anybody writes.
const (
	mostBytes = 4 << 20
	mostSteps = 10_000
)

// ReadScript reads a script. Errors say where in it something is wrong.
func ReadScript(r io.Reader) (*Script, error) {
	data, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the script: %w", err)
	}
	if len(data) > mostBytes {
		return nil, fmt.Errorf("a script of more than %d MiB is none", mostBytes>>20)
	}
	var s Script
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		text := strings.TrimSpace(yaml.FormatError(err, false, false))
		return nil, fmt.Errorf("%s; docs/exploring.md shows the form", text)
	}
	if len(s.Steps) == 0 {
		return nil, errors.New("there is no step in it; docs/exploring.md shows the form")
	}
	if len(s.Steps) > mostSteps {
		return nil, fmt.Errorf("it has %d steps, and %d are the most", len(s.Steps), mostSteps)
	}
	for i, step := range s.Steps {
		if why := step.wrong(); why != "" {
			return nil, fmt.Errorf("step %d (%s): %s", i+1, step, why)
		}
	}
	return &s, nil
}

// wrong is why nobody could play a step; "" where somebody might.
func (s Step) wrong() string {
	o := voice.Find(s.Do)
	switch {
	case !slices.Contains(voice.Roles, s.Who):
		return fmt.Sprintf("who is %q%s; it is one of %s", s.Who, suggest.Remark(s.Who, voice.Roles), strings.Join(voice.Roles, ", "))
	case !slices.Contains(Words(), s.Do):
		return fmt.Sprintf("do is %q, which nobody can%s", s.Do, suggest.Remark(s.Do, Words()))
	case o.To == voice.ToCall && s.Call == "" && s.Wrong != UnknownCall:
		return "call is missing: the name of the call that it is done to"
	case s.Wrong != "" && !slices.Contains(wrongs, s.Wrong):
		return fmt.Sprintf("wrong is %q%s; it is one of %s", s.Wrong, suggest.Remark(s.Wrong, wrongs), strings.Join(wrongs, ", "))
	case makes(s.Do) && s.To == "" && s.Wrong == "":
		return "to is missing: the role, or the number, that is called"
	case s.Wrong == Stranger && !slices.Contains(voice.Roles, s.Of):
		return "of is missing: whose call it is"
	}
	return ""
}

var wrongs = []string{NotOffered, Stranger, UnknownCall, NoParameters}

// Words are what a step can do: operations, and what people do beside them.
func Words() []string {
	return append(voice.NamesOf(func(o voice.Operation) bool { return o.Page && o.To != voice.ToMe }), Reconnect, Relogin, Read)
}
