// Package file reads and writes the files that people name: whole, or not at all. What is no file, such as a pipe that
// nobody writes to or a device without end, is refused before it is opened.
package file

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Open opens a file to read. A descriptor of our own (/dev/stdin, /dev/fd/3) may be a pipe, since there is somebody at
// its other end. An error is a *fs.PathError.
func Open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if why := oddity(info); why != "" && !isNull(info) && (!descriptor(path) || info.Mode()&fs.ModeNamedPipe == 0) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New(why)}
	}
	return os.Open(path)
}

// Read reads a file of at most limit bytes.
func Read(path string, limit int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	return Limited(f, path, limit)
}

// Limited reads all of an open file of at most limit bytes.
func Limited(r io.Reader, path string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("is larger than %d MiB", limit>>20)}
	}
	return data, err
}

// Writable finds out whether a file can be written, and leaves it as it is.
func Writable(path string) error {
	info, err := os.Stat(path)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !missing:
		return err
	case !missing && isNull(info):
		return nil
	case !missing && oddity(info) != "":
		return &fs.PathError{Op: "open", Path: path, Err: errors.New(oddity(info))}
	case !missing && standard(info):
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("is the standard output, where other things stand")}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, forAll)
	if err != nil {
		return err
	}
	if missing {
		defer func() { _ = os.Remove(path) }()
	}
	return f.Close()
}

// forAll are the rights of reports: they are meant to be read by others.
const forAll = 0o644

// Write writes a file beside the one of that name and moves it into place, so that there is never half of it. Where
// that cannot be, as in a folder that is read-only, it is written in place, and emptied if that fails.
func Write(path string, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && isNull(info) {
		return write(io.Discard)
	}
	if err := Writable(path); err != nil {
		return err
	}
	if end, err := filepath.EvalSymlinks(path); err == nil {
		path = end
	}
	beside := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".tmp")
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, forAll)
	if err != nil {
		return inPlace(path, write)
	}
	defer func() { _ = os.Remove(beside) }() // no more there if all went well
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil {
		_ = os.Chmod(beside, info.Mode().Perm()) // else it has the rights of a new file
	}
	if os.Rename(beside, path) != nil { // a file that is mounted alone, for one
		return inPlace(path, write)
	}
	return nil
}

func inPlace(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = write(f)
	if err != nil {
		_ = f.Truncate(0)
	}
	return errors.Join(err, f.Close())
}

// Create makes a file that is written while other things go on.
func Create(path string) (*os.File, error) {
	if err := Writable(path); err != nil {
		return nil, err
	}
	return os.Create(path)
}

// oddity says what something is that is no file; "" for a file.
func oddity(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "is a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "is a pipe"
	case mode&fs.ModeSocket != 0:
		return "is a socket"
	}
	return "is a device"
}

// isNull reports whether something is the null device: what is written is dropped, and there is nothing to read.
func isNull(info fs.FileInfo) bool {
	null, err := os.Stat(os.DevNull)
	return err == nil && os.SameFile(info, null)
}

// standard reports whether something is what the process writes to anyway.
func standard(info fs.FileInfo) bool {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if own, err := f.Stat(); err == nil && os.SameFile(info, own) {
			return true
		}
	}
	return false
}

func descriptor(path string) bool {
	path = filepath.Clean(path)
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}
