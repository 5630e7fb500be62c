package cli

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/suggest"
)

// referenceStations is how many stations the embedded server gets: scenarios are played
// side by side, as on a real target with several.
const referenceStations = 4

// chosen is the server to test.
type chosen struct {
	target    *config.Target
	reference bool
	close     func()
}

// choose reads the target file, or starts the reference server where none is named. fault
// and variation belong to the reference server alone.
func (f targetFlags) choose(p *Program, fault, variation string, stations int) (*chosen, error) {
	if err := knownFault(fault); err != nil {
		return nil, err
	}
	if err := knownVariation(variation); err != nil {
		return nil, err
	}
	broken := "--fault"
	if fault == "" {
		broken = "--variation"
	}
	special := fault != "" || variation != ""
	path := f.file()
	switch {
	case special && (f.Target != "" || f.Config != ""):
		return nil, usagef("%s changes the built-in reference server, which --target and --config replace; leave one of them out", broken)
	case f.Target != "" && path == "":
		return nil, usagef("--target needs a target file that names the users to test with; write one with `voicespec init`, or name yours with --config FILE")
	case special && path != "":
		p.sayf("%s is not used, since %s tests the built-in reference server", path, broken)
		path = ""
	}
	if path == "" {
		return startReference(fault, variation, f.Transport, stations)
	}
	t, err := config.Load(path, config.Overrides{URL: f.Target, Transport: string(f.Transport)})
	if other := mistaken(path, "target"); err != nil && other != "" {
		return nil, usagef("%s", other)
	}
	if err != nil {
		return nil, err
	}
	for _, note := range t.Notes {
		p.sayf("%s", note)
	}
	return &chosen{target: t, close: func() {}}, nil
}

// file is the target file to read, "" if there is none.
func (f targetFlags) file() string {
	if f.Config != "" {
		return f.Config
	}
	if _, err := os.Lstat(config.DefaultFile); err == nil {
		return config.DefaultFile
	}
	return ""
}

func startReference(fault, variation string, kind transport, stations int) (*chosen, error) {
	o := reference.Options{Fault: fault, Variation: variation}
	if ofTelephones(fault) {
		o.SIP.Addr = "127.0.0.1:0"
	}
	server, target, err := embedded.Start(o, stations)
	if err != nil {
		return nil, err
	}
	if kind != "" {
		target.Transport = string(kind)
	}
	return &chosen{target: target, reference: true, close: func() { _ = server.Close() }}, nil
}

// ofTelephones reports whether a fault shows only where calls go through telephones.
func ofTelephones(fault string) bool {
	name, _, _ := strings.Cut(fault, "@")
	return slices.ContainsFunc(reference.TelephoneFaults(), func(f reference.Fault) bool { return f.Name == name })
}

// everyFault is every fault that can be chosen, those of the telephones behind the others.
func everyFault() []reference.Fault {
	return slices.Concat(reference.Faults(), reference.TelephoneFaults())
}

func knownFault(name string) error {
	if reference.HasFault(name) {
		return nil
	}
	var names []string
	for _, f := range everyFault() {
		names = append(names, f.Name)
	}
	return known("fault", name, names)
}

func knownVariation(several string) error {
	var names []string
	for _, v := range reference.Variations() {
		names = append(names, v.Name)
	}
	for _, name := range reference.SplitVariation(several) {
		if name == "" {
			return usagef("--variation %s has an empty name; several are written NAME+NAME", several)
		}
		if err := known("variation", name, names); err != nil {
			return err
		}
	}
	if err := reference.Combines("", several); err != nil {
		return usagef("%s", strings.TrimPrefix(err.Error(), "reference: "))
	}
	return nil
}

func known(what, name string, names []string) error {
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	if best := suggest.Closest(name, names); best != "" {
		return usagef("there is no %s %q; did you mean %q?", what, name, best)
	}
	return usagef("there is no %s %q; `voicespec %ss` lists them", what, name, what)
}

// canceled reports whether the user stopped the command.
func canceled(ctx context.Context) bool { return ctx.Err() != nil }
