package recording

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// MaxLine is the longest line that a Reader takes, in bytes.
const MaxLine = 16 << 20

// FormatVersion is the version of the format that this package writes and reads.
const FormatVersion = 1

// ErrEmpty says that a recording holds no entry.
var ErrEmpty = errors.New("the recording is empty: it holds no line with a kind")

// ErrCut says that a recording ends in the midst of a line, as that of a process that was killed does.
var ErrCut = errors.New("the recording is cut off there")

// Writer writes entries as NDJSON, one a line. Errors are sticky: see Err.
type Writer struct {
	w   *bufio.Writer
	err error
}

// NewWriter writes to w; call Flush at the end.
func NewWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriter(w)} }

// Write adds one entry, as it may be shown.
func (w *Writer) Write(e *Entry) {
	if w.err != nil {
		return
	}
	line, err := json.Marshal(e.Shown())
	if err != nil {
		w.err = fmt.Errorf("write recording: %w", err)
		return
	}
	line = append(line, '\n')
	if _, err := w.w.Write(line); err != nil {
		w.err = fmt.Errorf("write recording: %w", err)
	}
}

// Flush writes what is buffered and returns the first error of all.
func (w *Writer) Flush() error {
	if err := w.w.Flush(); w.err == nil && err != nil {
		w.err = fmt.Errorf("write recording: %w", err)
	}
	return w.err
}

// Read yields the entries of a recording one by one; memory does not grow with its
// length. An error names the line; reading ends with it.
func Read(r io.Reader) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 0, 64<<10), MaxLine)
		number, seen := 0, 0
		var names *Names
		for lines.Scan() {
			number++
			line := bytes.TrimSpace(lines.Bytes())
			if number == 1 {
				line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			}
			if len(line) == 0 {
				continue
			}
			e, err := parse(line, number)
			switch {
			case err != nil && halved(line) && !lines.Scan() && lines.Err() == nil:
				err = fmt.Errorf("recording line %d: not JSON at byte %d: %w", number, len(line), ErrCut)
			case err != nil:
			case e.Header != nil:
				names = NewNames(e.Header.Stations)
			default:
				names.rename(e)
			}
			if !yield(e, err) || err != nil {
				return
			}
			seen++
		}
		if err := lines.Err(); err != nil {
			yield(nil, fmt.Errorf("recording line %d: %w", number+1, longLine(err)))
			return
		}
		if seen == 0 {
			yield(nil, ErrEmpty)
		}
	}
}

// halved reports whether a line is the beginning of an object.
func halved(line []byte) bool {
	var whole json.RawMessage
	return line[0] == '{' && errors.Is(json.NewDecoder(bytes.NewReader(line)).Decode(&whole), io.ErrUnexpectedEOF)
}

func longLine(err error) error {
	if errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("longer than %d MiB; is this an NDJSON file, one entry a line?", MaxLine>>20)
	}
	return err
}

func parse(line []byte, number int) (*Entry, error) {
	e := &Entry{}
	if err := json.Unmarshal(line, e); err != nil {
		return nil, fmt.Errorf("recording line %d: %s; every line is one JSON object (see docs/recording.md)", number, jsonError(err))
	}
	if err := e.readOlder(line); err != nil {
		return nil, fmt.Errorf("recording line %d: %s; every line is one JSON object (see docs/recording.md)", number, jsonError(err))
	}
	if e.Kind == "" {
		return nil, fmt.Errorf("recording line %d: it has no kind, so that it is of something else; every line of a recording names one of %s (see docs/recording.md)", number, kinds())
	}
	if !Known(e.Kind) {
		return nil, fmt.Errorf("recording line %d: unknown kind %q; known are %s (see docs/recording.md)", number, e.Kind, kinds())
	}
	if e.Kind == KindHeader && e.Header != nil && e.Header.Version > FormatVersion {
		return nil, fmt.Errorf("recording line %d: format version %d is newer than this voicespec reads (%d)", number, e.Header.Version, FormatVersion)
	}
	if e.Kind == KindMessage && len(e.Message) == 0 {
		return nil, fmt.Errorf("recording line %d: a message needs the member message with the whole Bayeux message", number)
	}
	e.Path = strings.TrimPrefix(e.Path, "/api/v2")
	if e.Seq == 0 {
		e.Seq = number
	}
	if e.Purpose == "" && e.Kind == KindRest {
		e.Purpose = PurposeOf(e.Step) // a recording of an earlier version
	}
	e.Decode()
	return e, nil
}

// readOlder reads what lines said otherwise before 0.1.0: "probe" was the browser, and the beginning of a refusal's label.
func (e *Entry) readOlder(line []byte) error {
	if name, refused := strings.CutPrefix(e.Step, "probe."); refused {
		e.Step = Refusal.Label(name)
	}
	if !bytes.Contains(line, []byte(`"probe"`)) {
		return nil
	}
	var older struct {
		Probe string `json:"probe"`
	}
	if err := json.Unmarshal(line, &older); err != nil {
		return err
	}
	e.Browser = cmp.Or(e.Browser, older.Probe)
	return nil
}

func jsonError(err error) string {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("not JSON at byte %d: %v", syntax.Offset, err)
	case errors.As(err, &wrong):
		return fmt.Sprintf("the member %s is a %s", wrong.Field, wrong.Value)
	}
	return err.Error()
}

var allKinds = []Kind{KindHeader, KindScenario, KindCall, KindRest, KindMessage, KindBayeux, KindGap, KindFault, KindMissed, KindNote, KindSIP}

// Known reports whether entries of a kind are read.
func Known(k Kind) bool {
	return slices.Contains(allKinds, k)
}

func kinds() string {
	names := make([]string, len(allKinds))
	for i, k := range allKinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}
