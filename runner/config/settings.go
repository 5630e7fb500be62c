package config

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"
)

// Setting is one effective value of a target file, and where it came from.
type Setting struct {
	Key    string // such as stations.0.agent.user
	Value  string // passwords are cut out
	Origin string // the line of the file, variables included, a flag, or default
}

// Settings are all that a target file amounts to, in the order of its page. Variables are looked up in the environment.
func Settings(path string, o Overrides) ([]Setting, error) {
	if _, err := Load(path, o); err != nil {
		return nil, err
	}
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return settings(data, path, os.LookupEnv, o)
}

func settings(data []byte, file string, lookup func(string) (string, bool), o Overrides) ([]Setting, error) {
	p := &source{file: file}
	t, err := p.parse(data, lookup, o)
	if err != nil {
		return nil, p.locate(err)
	}
	from := origins{}
	from.remember(p.values, file, o)
	return from.settings(nil, reflect.ValueOf(t).Elem(), ""), nil
}

// origins are where values came from, by their path.
type origins map[string]string

func (from origins) settings(out []Setting, v reflect.Value, path string) []Setting {
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("yaml")
		if key == "-" || key == "" {
			continue
		}
		field, child := v.Field(i), strings.TrimPrefix(path+"."+key, ".")
		switch {
		case field.Kind() == reflect.Struct:
			out = from.settings(out, field, child)
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct:
			for n := range field.Len() {
				out = from.settings(out, field.Index(n), fmt.Sprintf("%s.%d", child, n))
			}
		default:
			out = append(out, Setting{Key: child, Value: valueOf(v.Type().Field(i).Tag.Get("json") == "-", field), Origin: from.of(child)})
		}
	}
	return out
}

// of is where a value came from; of a list, where it begins.
func (from origins) of(path string) string {
	if known := from[path]; known != "" {
		return known
	}
	for _, phone := range []string{".phone.", ".sip."} { // what telephones have in common
		if _, key, found := strings.Cut(path, phone); found && from["sip."+key] != "" {
			return from["sip."+key]
		}
	}
	return "default"
}

// valueOf is a value for people: never a secret.
func valueOf(secret bool, v reflect.Value) string {
	switch {
	case secret && v.Len() > 0: // what no JSON shows is not shown here either
		return "***"
	case v.Type() == durationType:
		return time.Duration(v.Int()).String()
	case v.Kind() == reflect.Slice && v.IsNil(), v.Kind() == reflect.String && v.Len() == 0, v.Kind() == reflect.Int && v.IsZero():
		return "–"
	case v.Kind() == reflect.Slice:
		words := make([]string, 0, v.Len())
		for i := range v.Len() {
			words = append(words, v.Index(i).String())
		}
		return "[" + strings.Join(words, ", ") + "]"
	}
	return fmt.Sprint(v.Interface())
}

// remember notes where the values of a file came from.
func (from origins) remember(d *decoder, file string, o Overrides) {
	for path, line := range d.lines {
		from[path] = fmt.Sprintf("%s:%d", file, line)
	}
	for path, names := range d.variables {
		from[path] += ", environment variable " + strings.Join(names, ", ")
	}
	if o.URL != "" {
		from["target"] = "flag --target"
	}
	if o.Transport != "" {
		from["transport"] = "flag --transport"
	}
}
