package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/voicespec/voicespec/runner/suggest"
)

// decoder fills a Target from the syntax tree. It is our own and not goccy's, because it
// keeps a number as it is written (an unquoted 05005 stays 05005), expands variables in
// every value, and says what is wrong in terms of the target file without the value.
type decoder struct {
	lookup func(string) (string, bool)
	lines  map[string]int // path ("stations.0.agent.user"): line

	variables map[string][]string // path: the environment variables in its value
}

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,40}$`)

var durationType = reflect.TypeFor[time.Duration]()

// decode puts node into v, whose place in the file is path.
func (d *decoder) decode(node ast.Node, v reflect.Value, path string) error {
	d.lines[path] = lineOf(node)
	switch node.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		return d.failf(node, "%s uses an anchor or alias (& or *), which a target file does not know; write the value out, or put it in quotes", nameOf(path))
	case *ast.TagNode:
		return d.failf(node, "%s has a tag (!), which a target file does not know; leave it out, or put the value in quotes", nameOf(path))
	case *ast.NullNode, nil:
		return nil // a key without a value counts as left out
	}
	switch {
	case v.Type() == durationType:
		return d.duration(node, v, path)
	case v.Kind() == reflect.Struct:
		return d.mapping(node, v, path)
	case v.Kind() == reflect.Slice:
		return d.list(node, v, path)
	case v.Kind() == reflect.Bool:
		return d.boolean(node, v, path)
	case v.Kind() == reflect.Int:
		return d.number(node, v, path)
	}
	text, err := d.scalar(node, path)
	if err == nil {
		v.SetString(text)
	}
	return err
}

func (d *decoder) mapping(node ast.Node, v reflect.Value, path string) error {
	var values []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		return d.failf(node, "%s must hold keys and values (%s)", nameOf(path), strings.Join(keysOf(v.Type()), ", "))
	}
	seen := map[string]bool{}
	for _, pair := range values {
		key := pair.Key.GetToken().Value
		if _, merge := pair.Key.(*ast.MergeKeyNode); merge {
			return d.failf(pair, "%s uses a merge key (<<), which a target file does not know; write the values out", nameOf(path))
		}
		field, ok := fieldOf(v, key)
		switch {
		case !ok:
			return d.unknown(pair, key, v.Type(), path)
		case seen[key]:
			return d.failf(pair, "the key %q stands twice in %s; keep one of them", key, nameOf(path))
		}
		seen[key] = true
		child := strings.TrimPrefix(path+"."+key, ".")
		if err := d.decode(pair.Value, field, child); err != nil {
			return err
		}
		d.lines[child] = lineOf(pair.Key)
	}
	return nil
}

func (d *decoder) unknown(pair *ast.MappingValueNode, key string, t reflect.Type, path string) error {
	known := keysOf(t)
	if pair.Start == nil || pair.Start.Value != ":" || !plainKey.MatchString(key) {
		// Not quoted: what is no key may be a part of a password.
		return d.failf(pair, "%s has an entry that is no key: value pair; it knows %s", nameOf(path), strings.Join(known, ", "))
	}
	text := fmt.Sprintf("%s has no key %q", nameOf(path), key)
	if best := suggest.Closest(key, known); best != "" {
		return d.failf(pair, "%s; did you mean %q?", text, best)
	}
	return d.failf(pair, "%s; it knows %s", text, strings.Join(known, ", "))
}

func (d *decoder) list(node ast.Node, v reflect.Value, path string) error {
	seq, ok := node.(*ast.SequenceNode)
	if !ok {
		return d.failf(node, "%s must be a list; put \"- \" before each entry", nameOf(path))
	}
	v.Set(reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values)))
	for i, item := range seq.Values {
		if err := d.decode(item, v.Index(i), fmt.Sprintf("%s.%d", path, i)); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) duration(node ast.Node, v reflect.Value, path string) error {
	text, err := d.scalar(node, path)
	if err != nil {
		return err
	}
	parsed, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil {
		return d.failf(node, "%s is no duration; write a number with a unit, such as 500ms, 10s or 2m", nameOf(path))
	}
	if parsed == 0 { // a zero in the struct means that the key was left out
		return d.failf(node, "%s is 0; it must be more", nameOf(path))
	}
	v.SetInt(int64(parsed))
	return nil
}

func (d *decoder) boolean(node ast.Node, v reflect.Value, path string) error {
	text, err := d.scalar(node, path)
	if err != nil {
		return err
	}
	parsed, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(text)))
	if err != nil {
		return d.failf(node, "%s must be true or false", nameOf(path))
	}
	v.SetBool(parsed)
	return nil
}

func (d *decoder) number(node ast.Node, v reflect.Value, path string) error {
	text, err := d.scalar(node, path)
	if err != nil {
		return err
	}
	parsed, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return d.failf(node, "%s must be a whole number", nameOf(path))
	}
	v.SetInt(int64(parsed))
	return nil
}

// scalar is the text of a value, as written, with variables expanded.
func (d *decoder) scalar(node ast.Node, path string) (string, error) {
	var text string
	switch n := node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
		return "", d.failf(node, "%s must be a single value; put it in quotes if it holds any of { } [ ] :", nameOf(path))
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	default:
		text = node.GetToken().Value
	}
	written := text
	text, err := expand(text, d.lookup)
	d.uses(path, written)
	if err != nil {
		return "", d.failf(node, "%s: %s", nameOf(path), err.Error())
	}
	return text, nil
}

// uses notes the variables of a value.
func (d *decoder) uses(path, written string) {
	for _, ref := range reference.FindAllString(written, -1) {
		if !strings.HasPrefix(ref, "$$") {
			d.variables[path] = append(d.variables[path], strings.Trim(ref, "${}"))
		}
	}
}

func (d *decoder) failf(node ast.Node, format string, args ...any) error {
	return &Problem{Line: lineOf(node), Text: fmt.Sprintf(format, args...)}
}

func lineOf(node ast.Node) int {
	if node == nil {
		return 0
	}
	if pair, ok := node.(*ast.MappingValueNode); ok {
		node = pair.Key // the pair's own token is the colon
	}
	if t := node.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

func fieldOf(v reflect.Value, key string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == key && key != "-" {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for f := range t.Fields() {
		if key := f.Tag.Get("yaml"); key != "-" {
			keys = append(keys, key)
		}
	}
	return keys
}

// nameOf is how sentences call a place of the file: "the agent of station 1, user".
func nameOf(path string) string {
	if path == "" {
		return "the target file"
	}
	parts := strings.Split(path, ".")
	if parts[0] != "stations" || len(parts) == 1 {
		return strings.Join(parts, ".")
	}
	n, _ := strconv.Atoi(parts[1])
	switch len(parts) {
	case 2:
		return fmt.Sprintf("station %d", n+1)
	case 3:
		return fmt.Sprintf("the %s of station %d", parts[2], n+1)
	}
	return fmt.Sprintf("the %s of the %s of station %d", parts[3], parts[2], n+1)
}
