package cli

import (
	"fmt"
	"os"

	"github.com/voicespec/voicespec/runner/file"
)

// recordingFile is an output that is written while the run goes on; the zero one writes nowhere.
type recordingFile struct {
	path string
	f    *os.File
	err  error // the first that a write had
}

// newRecordingFile makes the file that --save names, if it names one.
func newRecordingFile(path string) (*recordingFile, error) {
	if path == "" {
		return &recordingFile{}, nil
	}
	f, err := file.Create(path)
	if err != nil {
		return nil, usagef("--save %s cannot be written (%s); name another file", path, reason(err))
	}
	return &recordingFile{path: path, f: f}, nil
}

// Write writes as long as all went well: with a hole in it, a recording would say that something did not come.
func (f *recordingFile) Write(b []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.f.Write(b)
	f.err = err
	return n, err
}

// close ends the file. One that is not whole is removed, since what is missing of it would be judged as missing.
func (f *recordingFile) close() (failure string) {
	if f.f == nil {
		return ""
	}
	if err := f.f.Close(); f.err == nil {
		f.err = err
	}
	if f.err == nil {
		return ""
	}
	_ = os.Remove(f.path)
	return fmt.Sprintf("the recording %s could not be written (%s), and was removed", f.path, reason(f.err))
}
