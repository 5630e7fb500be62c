package cli

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/file"
	"github.com/voicespec/voicespec/runner/foreign"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/suggest"
)

type importCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Logs: a HAR, the console log of cometd.js, NDJSON of a console or of SIP messages, or a recording; which, the content says."`
	asFlag
	Out string `short:"o" placeholder:"FILE" help:"Where to write the recording. Default: stdout."`
}

// asFlag says whose log a file is.
type asFlag struct {
	As []string `sep:"none" placeholder:"ROLE=FILE" help:"A further log, and whose it is: agent, caller or destination. May be given several times."`
}

// Run makes a recording of logs.
func (c *importCmd) Run(p *Program) error {
	log, err := p.imported(c.Files, c.As)
	if err != nil {
		return err
	}
	for _, n := range log.Notes {
		p.sayf("%s", oneLine(n))
	}
	if c.Out == "" || c.Out == "-" {
		return log.Write(p.Stdout)
	}
	if err := file.Write(c.Out, log.Write); err != nil {
		return usagef("--out %s cannot be written (%s); name another file", c.Out, reason(err))
	}
	return nil
}

// imported reads logs as one recording.
func (p *Program) imported(files, as []string) (*foreign.Log, error) {
	var sources []foreign.Source
	for _, name := range files {
		sources = append(sources, foreign.Source{Name: name})
	}
	for _, a := range as {
		role, name, named := strings.Cut(a, "=")
		if !named || !slices.Contains(recording.Roles, role) {
			return nil, usagef("--as %s is not ROLE=FILE with a role that is one of %s%s", a, strings.Join(recording.Roles, ", "), suggest.Remark(role, recording.Roles))
		}
		sources = append(sources, foreign.Source{Name: name, Actor: role})
	}
	if len(sources) == 0 {
		return nil, usagef("no file is named; name a log, such as a HAR of the browser")
	}
	for i := range sources {
		in, err := p.open(sources[i].Name)
		if err != nil {
			return nil, err
		}
		sources[i].Data, err = file.Limited(in, sources[i].Name, foreign.MaxFile)
		_ = in.Close() // only read
		if err != nil {
			return nil, usagef("%s cannot be read (%s); name another file", sources[i].Name, reason(err))
		}
	}
	return p.logOf(sources...)
}

// logOf is foreign.Read for what a user named.
func (p *Program) logOf(sources ...foreign.Source) (*foreign.Log, error) {
	log, err := foreign.Read(sources...)
	if err == nil {
		return log, nil
	}
	for _, s := range sources {
		if other := mistaken(s.Name, "recording"); other != "" {
			return nil, usagef("%s", other)
		}
	}
	return nil, usagef("%s", oneLine(err.Error()))
}

// open opens a file; - is stdin.
func (p *Program) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(p.Stdin), nil
	}
	return openInput("recording", name)
}

// peeked is how much of a file tells what it is.
const peeked = 64 << 10

// recordingOf opens a file to be judged: a recording as it is, any other log as the recording that is made of it.
func (p *Program) recordingOf(name string) (in io.ReadCloser, notes []string, err error) {
	opened, err := p.open(name)
	if err != nil {
		return nil, nil, err
	}
	r := bufio.NewReaderSize(opened, peeked)
	head, _ := r.Peek(peeked) // a file may be shorter; what cannot be read says so when it is read
	format := foreign.Recognise(head)
	plain := len(foreign.Text(head)) == len(head)
	if format == foreign.Recording && plain {
		return struct {
			io.Reader
			io.Closer
		}{r, opened}, nil, nil
	}
	defer func() { _ = opened.Close() }() // only read
	data, err := file.Limited(r, name, foreign.MaxFile)
	if err != nil {
		return nil, nil, usagef("%s cannot be read (%s); name another file", name, reason(err))
	}
	if format == foreign.Recording {
		return io.NopCloser(bytes.NewReader(foreign.Text(data))), nil, nil
	}
	log, err := p.logOf(foreign.Source{Name: name, Data: data})
	if err != nil {
		return nil, nil, err
	}
	return written(log)
}

// written is a log as a recording.
func written(log *foreign.Log) (io.ReadCloser, []string, error) {
	var out bytes.Buffer
	if err := log.Write(&out); err != nil {
		return nil, nil, err
	}
	return io.NopCloser(&out), log.Notes, nil
}
