package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
)

// rotated is how large one file of a journal grows.
const rotated = 64 << 20

// Journal saves what is seen, in files of a folder of which old ones are removed. A disk that is full loses lines and nothing else.
type Journal struct {
	Dir    string
	Keep   time.Duration // 0: for ever
	Header *recording.Header

	file    *os.File
	writer  *recording.Writer
	size    int64
	failing error
}

const prefix, suffix = "watch-", ".ndjson"

// write saves one entry. It returns an error once, when saving begins to fail.
func (j *Journal) write(e *recording.Entry) error {
	err := j.put(e)
	switch {
	case err == nil && j.failing != nil:
		j.failing = nil
		return j.put(&recording.Entry{Kind: recording.KindGap, At: e.At, Text: "what came before could not be saved"})
	case err != nil && j.failing == nil:
		j.failing = err
		j.close()
		return fmt.Errorf("save in %s: %w; what comes is passed on and judged, and not saved until there is room", j.Dir, err)
	case err != nil:
		j.close()
	}
	return nil
}

func (j *Journal) put(e *recording.Entry) error {
	if j.file == nil || j.size > rotated {
		if err := j.open(); err != nil {
			return err
		}
	}
	j.writer.Write(e)
	if err := j.writer.Flush(); err != nil {
		return err
	}
	j.size += int64(len(e.Message) + len(e.Request) + len(e.Response) + 200)
	return nil
}

// open begins another file, and removes those that are too old.
func (j *Journal) open() error {
	j.close()
	if err := os.MkdirAll(j.Dir, 0o750); err != nil {
		return err
	}
	if err := j.clean(); err != nil {
		return err
	}
	name := filepath.Join(j.Dir, prefix+time.Now().UTC().Format("20060102-150405.000")+suffix)
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	j.file, j.size, j.writer = f, 0, recording.NewWriter(f)
	j.writer.Write(&recording.Entry{Kind: recording.KindHeader, Header: j.Header})
	return j.writer.Flush()
}

func (j *Journal) clean() error {
	list, err := os.ReadDir(j.Dir)
	if err != nil || j.Keep == 0 {
		return err
	}
	for _, x := range list {
		info, err := x.Info()
		if err != nil || !strings.HasPrefix(x.Name(), prefix) || !strings.HasSuffix(x.Name(), suffix) || time.Since(info.ModTime()) < j.Keep {
			continue
		}
		if err := os.Remove(filepath.Join(j.Dir, x.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (j *Journal) close() {
	if j.file != nil {
		_ = j.file.Close() // what was lost, the last write has said
		j.file = nil
	}
}
