package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/suggest"
)

// targetFlags say which server is meant.
type targetFlags struct {
	Target    string    `placeholder:"URL" help:"Address of the server, in place of the one in the target file."`
	Config    string    `placeholder:"FILE" help:"Target file. Default: voicespec.yaml in the working folder, if there is one; else the built-in reference server is tested."`
	Transport transport `placeholder:"KIND" help:"How notifications are fetched: auto, long-polling or websocket. Default: as the target file says, else auto (long-polling where offered)."`
}

// selectFlags say what is tested.
type selectFlags struct {
	LabelFilter string   `placeholder:"EXPR" help:"Only checks whose labels match, in Ginkgo's form: \"transfer && !informative\". Labels are areas, levels, profiles, requirement ids, and documented."`
	Only        []string `name:"run" sep:"none" placeholder:"GLOB" help:"Only scenarios and checks whose id matches, such as \"transfer.*\". May be given several times."`
	Profile     string   `placeholder:"NAME" help:"Only the scenarios of a profile: smoke (seconds), an area such as transfer or session, or full (the default)."`
}

// reportFlags say where results go.
type reportFlags struct {
	Gate     gate   `default:"required" placeholder:"LEVEL" help:"Which failures make the target not conform: required, or recommended (both). Default: ${default}."`
	Complete bool   `env:"VOICESPEC_COMPLETE" help:"Make everything else than conforms exit code 1: also a target of which only a part was judged. For gates and submissions."`
	JSON     string `name:"json" placeholder:"FILE" help:"Write the results as JSON to this file, too."`
	JUnit    string `name:"junit" placeholder:"FILE" help:"Write the results as JUnit XML to this file, too."`
}

// transport is the value of --transport.
type transport string

// UnmarshalText checks the value.
func (t *transport) UnmarshalText(text []byte) error {
	*t = transport(text)
	return oneOf(string(text), config.Transports)
}

// gate is the value of --gate.
type gate string

// UnmarshalText checks the value.
func (g *gate) UnmarshalText(text []byte) error {
	*g = gate(text)
	return oneOf(string(text), []string{string(requirement.Required), string(requirement.Recommended)})
}

// slow is the value of --slow.
type slow float64

// Validate is called by kong.
func (s slow) Validate() error {
	if !(s > 0 && s <= 1000) { // not "s <= 0 ||": NaN compares false
		return errors.New("a factor is more than 0 and at most 1000")
	}
	return nil
}

// times is the value of --repeat.
type times int

// UnmarshalText checks the value.
func (t *times) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 {
		return fmt.Errorf("%q is no number of runs; a run is made once at least", text)
	}
	*t = times(n)
	return nil
}

// limit is the value of --timeout.
type limit time.Duration

// UnmarshalText checks the value.
func (l *limit) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	switch {
	case err != nil:
		return fmt.Errorf("%q is no duration; write a number with a unit, such as 90s or 10m", text)
	case d <= 0:
		return errors.New("a limit is more than 0")
	}
	*l = limit(d)
	return nil
}

func oneOf(value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("%q is unknown%s; it is one of %s", value, suggest.Remark(value, known), strings.Join(known, ", "))
}
