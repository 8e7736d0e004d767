// Compares what svclint keeps by hand with the sources of a version of Kubernetes, so that the next
// minor version is a routine. Needs Go and its module proxy.
//
//	go run .ci/kubernetes.go        the version that svclint knows: the tables have to agree
//	go run .ci/kubernetes.go 38     the next one: what is to be done about it
//
// It prints, under one heading each,
//   - the lines of src/kube/fields.rs that are missing, or that no source bears out;
//   - the lines of src/kube/gates.rs whose default is another one, and all gates whose default
//     changed since the version that svclint knows;
//   - the versions of kinds that were removed, against src/kinds;
//   - the upstream functions that doc comments name and that changed or are gone;
//   - the generated validation that changed.
//
// The status is 1 if a table is wrong.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The first version whose changes of fields are listed is the one after this.
const oldest = 23

// The types that are decoded: src/object/typed.rs.
var kinds = []string{
	"core/v1.Service", "core/v1.Pod", "core/v1.ReplicationController", "core/v1.Endpoints",
	"core/v1.ConfigMap", "apps/v1.Deployment", "apps/v1.StatefulSet", "apps/v1.DaemonSet",
	"apps/v1.ReplicaSet", "batch/v1.Job", "batch/v1.CronJob", "networking/v1.Ingress",
	"networking/v1.NetworkPolicy", "policy/v1.PodDisruptionBudget",
	"autoscaling/v1.HorizontalPodAutoscaler", "autoscaling/v2.HorizontalPodAutoscaler",
	"discovery/v1.EndpointSlice", "admissionregistration/v1.ValidatingWebhookConfiguration",
	"admissionregistration/v1.MutatingWebhookConfiguration",
}

// failed says that a table is wrong.
var failed bool

func main() {
	log.SetFlags(0)
	known := knownMinor()
	minor := known
	if len(os.Args) > 1 {
		var err error
		minor, err = strconv.Atoi(strings.TrimPrefix(os.Args[1], "1."))
		check(err)
	}
	fmt.Printf("svclint knows Kubernetes 1.%d; compared with 1.%d\n", known, minor)
	compareFields(minor)
	compareGates(known, minor)
	compareRemovals(minor)
	compareFunctions(known, minor)
	compareGenerated(known, minor)
	if failed {
		os.Exit(1)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func heading(text string) { fmt.Printf("\n== %s\n", text) }

// wrong reports a line of a table that has to change.
func wrong(format string, args ...any) {
	failed = true
	fmt.Printf(format+"\n", args...)
}

// rust is the text of a source file of svclint.
func rust(name string) string {
	text, err := os.ReadFile(filepath.Join("src", name))
	check(err)
	return string(text)
}

// knownMinor is the version that svclint knows (KubeVersion::NEWEST).
func knownMinor() int {
	newest := regexp.MustCompile(`NEWEST: Self = Self \{\s*major: 1,\s*minor: (\d+)`)
	minor, err := strconv.Atoi(newest.FindStringSubmatch(rust("kube/version.rs"))[1])
	check(err)
	return minor
}

// ---- modules

var folders = map[string]string{}

// module is the folder of the newest patch of a minor version of a module of k8s.io.
func module(name string, minor int) string {
	key := fmt.Sprint(name, minor)
	if folder, ok := folders[key]; ok {
		return folder
	}
	major := "v0"
	if name == "kubernetes" {
		major = "v1"
	}
	var list struct{ Versions []string }
	command(&list, "go", "list", "-m", "-versions", "-json", "k8s.io/"+name)
	release := regexp.MustCompile(fmt.Sprintf(`^%s\.%d\.(\d+)$`, major, minor))
	patch := -1
	for _, version := range list.Versions {
		if found := release.FindStringSubmatch(version); found != nil {
			number, err := strconv.Atoi(found[1])
			check(err)
			patch = max(patch, number)
		}
	}
	if patch < 0 {
		log.Fatalf("there is no release of k8s.io/%s for 1.%d yet", name, minor)
	}
	var own struct{ Dir string }
	version := fmt.Sprintf("k8s.io/%s@%s.%d.%d", name, major, minor, patch)
	command(&own, "go", "mod", "download", "-json", version)
	folders[key] = own.Dir
	return own.Dir
}

func command(into any, name string, args ...string) {
	run := exec.Command(name, args...)
	run.Stderr = os.Stderr
	out, err := run.Output()
	check(err)
	check(json.Unmarshal(out, into))
}

// files parses the Go files of a folder that somebody wrote, without tests.
func files(folder string) []*ast.File {
	var all []*ast.File
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	check(err)
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") && !strings.Contains(name, "generated") {
			all = append(all, parse(name))
		}
	}
	return all
}

func parse(name string) *ast.File {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	check(err)
	return file
}

// printed is Go source in one form, without comments.
func printed(node ast.Node) string {
	var out bytes.Buffer
	check(format.Node(&out, token.NewFileSet(), node))
	return out.String()
}

func unquoted(literal string) string {
	text, err := strconv.Unquote(literal)
	check(err)
	return text
}

// ---- fields

// reader collects the JSON fields of the types that a version's kinds are made of.
type reader struct {
	minor    int
	packages map[string]*goPackage
	// By the type's name; the types of several packages that share one have the fields of all.
	fields map[string]map[string]bool
	seen   map[string]bool
}

type goPackage struct {
	imports map[string]string
	structs map[string]*ast.StructType
}

func fieldsOf(minor int) map[string]map[string]bool {
	r := reader{minor, map[string]*goPackage{}, map[string]map[string]bool{}, map[string]bool{}}
	for _, kind := range kinds {
		group, name, _ := strings.Cut(kind, ".")
		r.visit("k8s.io/api/"+group, name)
	}
	return r.fields
}

func (r *reader) load(importPath string) *goPackage {
	if own, ok := r.packages[importPath]; ok {
		return own
	}
	own := &goPackage{map[string]string{}, map[string]*ast.StructType{}}
	r.packages[importPath] = own
	parts := strings.SplitN(importPath, "/", 3)
	if len(parts) < 3 || parts[0] != "k8s.io" || parts[1] != "api" && parts[1] != "apimachinery" {
		return own
	}
	for _, file := range files(filepath.Join(module(parts[1], r.minor), parts[2])) {
		for _, spec := range file.Imports {
			target := unquoted(spec.Path.Value)
			name := path.Base(target)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			own.imports[name] = target
		}
		for _, decl := range file.Decls {
			decl, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					if body, ok := spec.Type.(*ast.StructType); ok {
						own.structs[spec.Name.Name] = body
					}
				}
			}
		}
	}
	return own
}

// visit takes the fields of a type, and of the types that it is made of.
func (r *reader) visit(importPath, name string) {
	key := importPath + "." + name
	body := r.load(importPath).structs[name]
	if body == nil || r.seen[key] {
		return
	}
	r.seen[key] = true
	if r.fields[name] == nil {
		r.fields[name] = map[string]bool{}
	}
	r.add(importPath, body, r.fields[name])
}

func (r *reader) add(importPath string, body *ast.StructType, into map[string]bool) {
	for _, field := range body.Fields.List {
		if field.Tag == nil {
			continue
		}
		tag := reflect.StructTag(unquoted(field.Tag.Value)).Get("json")
		name, _, _ := strings.Cut(tag, ",")
		target, of := r.typeOf(importPath, field.Type)
		switch {
		case name == "" && len(field.Names) == 0: // embedded: its fields are those of this type
			if inner := r.load(target).structs[of]; inner != nil {
				r.add(target, inner, into)
			}
		case name != "" && name != "-":
			into[name] = true
			r.visit(target, of)
		}
	}
}

// typeOf is the package and name of what a field holds, in lists and maps too.
func (r *reader) typeOf(importPath string, of ast.Expr) (string, string) {
	switch of := of.(type) {
	case *ast.StarExpr:
		return r.typeOf(importPath, of.X)
	case *ast.ArrayType:
		return r.typeOf(importPath, of.Elt)
	case *ast.MapType:
		return r.typeOf(importPath, of.Value)
	case *ast.Ident:
		return importPath, of.Name
	case *ast.SelectorExpr:
		return r.load(importPath).imports[printed(of.X)], of.Sel.Name
	}
	return "", ""
}

func compareFields(minor int) {
	heading("src/kube/fields.rs")
	type lifetime struct{ since, until int }
	all := map[[2]string]lifetime{}
	before := fieldsOf(oldest)
	for version := oldest + 1; version <= minor; version++ {
		now := fieldsOf(version)
		for name := range now {
			for field := range now[name] {
				if before[name] != nil && !before[name][field] {
					all[[2]string{name, field}] = lifetime{version, 0}
				}
			}
		}
		for name := range before {
			for field := range before[name] {
				if now[name] != nil && !now[name][field] {
					key := [2]string{name, field}
					all[key] = lifetime{all[key].since, version}
				}
			}
		}
		before = now
	}
	expected := map[string]bool{}
	for key, life := range all {
		until := "NOW"
		if life.until > 0 {
			until = strconv.Itoa(life.until)
		}
		expected[fmt.Sprintf("(%q, %q, %d, %s)", key[0], key[1], life.since, until)] = true
	}
	table := rust("kube/fields.rs")
	row := regexp.MustCompile(`\(\s*("\w+"),\s*("\w+"),\s*(\d+),\s*(\w+),?\s*\)`)
	written := map[string]bool{}
	for _, found := range row.FindAllStringSubmatch(table, -1) {
		written[fmt.Sprintf("(%s)", strings.Join(found[1:], ", "))] = true
	}
	difference("missing", expected, written)
	difference("of no source", written, expected)
}

func difference(what string, these, those map[string]bool) {
	for _, line := range sorted(these) {
		if !those[line] {
			wrong("%s: %s,", what, line)
		}
	}
}

func sorted[K cmp.Ordered, V any](of map[K]V) []K {
	keys := make([]K, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// ---- gates

// gate is what a version says of a feature gate: the version that brought it, and the one that
// switched it on, 0 if none did.
type gate struct{ since, on int }

func gatesOf(minor int) map[string]gate {
	all := map[string]gate{}
	name := filepath.Join(module("kubernetes", minor), "pkg/features/kube_features.go")
	minorOf := regexp.MustCompile(`MustParse\("1\.(\d+)"\)`)
	ast.Inspect(parse(name), func(node ast.Node) bool {
		entry, ok := node.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		specs, ok := entry.Value.(*ast.CompositeLit)
		if !ok || !strings.Contains(printed(specs), "PreRelease") {
			return true
		}
		var own gate
		for _, spec := range specs.Elts {
			text := printed(spec)
			found := minorOf.FindStringSubmatch(text)
			if found == nil {
				return true
			}
			version, _ := strconv.Atoi(found[1])
			if own.since == 0 {
				own.since = version
			}
			isOn := regexp.MustCompile(`Default:\s*true`).MatchString(text)
			if isOn && own.on == 0 {
				own.on = version
			} else if !isOn {
				own.on = 0
			}
		}
		key := printed(entry.Key)
		all[key[strings.LastIndex(key, ".")+1:]] = own
		return false
	})
	return all
}

func compareGates(known, minor int) {
	heading("src/kube/gates.rs")
	now := gatesOf(minor)
	row := regexp.MustCompile(`Gate::new\(\s*"(\w+)",\s*(\d+),\s*(\w+),?\s*\)`)
	for _, found := range row.FindAllStringSubmatch(rust("kube/gates.rs"), -1) {
		own, ok := now[found[1]]
		if !ok {
			continue // it can no longer be switched off
		}
		on := "NEVER"
		if own.on > 0 {
			on = strconv.Itoa(own.on)
		}
		if found[2] != strconv.Itoa(own.since) || found[3] != on {
			wrong("%s: since %d, on since %s", found[1], own.since, on)
		}
	}
	before := gatesOf(known)
	for _, name := range sorted(now) {
		switch own, old := now[name], before[name]; {
		case known == minor || own.on == old.on:
		case own.on > known:
			fmt.Printf("to read: %s is on since 1.%d\n", name, own.on)
		default:
			fmt.Printf("to read: %s is off\n", name)
		}
	}
}

// ---- removed versions of kinds

func compareRemovals(minor int) {
	heading("src/kinds, versions that were removed")
	written := map[string]bool{}
	// The last number is the version that removed it.
	row := regexp.MustCompile(`"([a-z0-9.]+/v\d\w*)",\s*(?:\d+,\s*)?(\d+),?\s*\)`)
	eachSource("src/kinds", func(text string) {
		for _, found := range row.FindAllStringSubmatch(text, -1) {
			// The groups' folders have short names.
			group, version := path.Split(found[1])
			group, _, _ = strings.Cut(group, ".")
			written[strings.TrimSuffix(group, "/")+"/"+version+" "+found[2]] = true
		}
	})
	root := module("api", minor)
	names, err := filepath.Glob(filepath.Join(root, "*/*/zz_generated.prerelease-lifecycle.go"))
	check(err)
	for _, name := range names {
		folder, err := filepath.Rel(root, filepath.Dir(name))
		check(err)
		for _, decl := range parse(name).Decls {
			own, ok := decl.(*ast.FuncDecl)
			if !ok || own.Name.Name != "APILifecycleRemoved" {
				continue
			}
			kind := printed(own.Recv.List[0].Type)
			isRead := func(own string) bool { return "*"+own[strings.LastIndex(own, ".")+1:] == kind }
			found := regexp.MustCompile(`return 1, (\d+)`).FindStringSubmatch(printed(own.Body))
			if found != nil && slices.ContainsFunc(kinds, isRead) && !written[folder+" "+found[1]] {
				wrong("%s of %s goes with 1.%s", kind[1:], folder, found[1])
			}
		}
	}
}

// eachSource calls a function with the text of every source file of svclint below a folder.
func eachSource(folder string, do func(text string)) {
	check(filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".rs") {
			return err
		}
		text, err := os.ReadFile(name)
		check(err)
		do(string(text))
		return nil
	}))
}

// ---- functions that doc comments name

// upstream is a declaration in a file of a module.
type upstream struct{ module, file, name string }

func named() []upstream {
	modules := map[string]string{
		"Kubernetes": "kubernetes", "apimachinery": "apimachinery", "apiserver": "apiserver",
	}
	citation := regexp.MustCompile("(\\w+),? `([\\w./]+\\.go)`: `([\\w.]+)`((?:,? (?:and )?`[\\w.]+`)*)")
	names := regexp.MustCompile("`([\\w.]+)`")
	var all []upstream
	comment := regexp.MustCompile(`\n\s*//[/!] ?`)
	eachSource("src", func(text string) {
		text = comment.ReplaceAllString(text, " ")
		for _, found := range citation.FindAllStringSubmatch(text, -1) {
			own := modules[found[1]]
			if own == "" {
				continue
			}
			all = append(all, upstream{own, found[2], found[3]})
			for _, more := range names.FindAllStringSubmatch(found[4], -1) {
				all = append(all, upstream{own, found[2], more[1]})
			}
		}
	})
	return all
}

// source is a declaration of a version as text; "" if there is none.
func (u upstream) source(minor int) string {
	root := module(u.module, minor)
	name := filepath.Join(root, u.file)
	if _, err := os.Stat(name); err != nil {
		name = filepath.Join(root, "pkg", u.file)
	}
	if _, err := os.Stat(name); err != nil {
		return ""
	}
	want := u.name[strings.LastIndex(u.name, ".")+1:]
	for _, decl := range parse(name).Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.Name == want {
				return printed(decl)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch own := spec.(type) {
				case *ast.ValueSpec:
					if own.Names[0].Name == want {
						return printed(own)
					}
				case *ast.TypeSpec:
					if own.Name.Name == want {
						return printed(own)
					}
				}
			}
		}
	}
	return ""
}

func compareFunctions(known, minor int) {
	heading("functions that doc comments name")
	seen := map[upstream]bool{}
	for _, own := range named() {
		if seen[own] {
			continue
		}
		seen[own] = true
		before, now := own.source(known), own.source(minor)
		switch {
		case before == "":
			wrong("not there: %s %s: %s", own.module, own.file, own.name)
		case now == "":
			fmt.Printf("gone: %s %s: %s\n", own.module, own.file, own.name)
		case before != now:
			fmt.Printf("changed: %s %s: %s\n", own.module, own.file, own.name)
		}
	}
	fmt.Printf("%d compared\n", len(seen))
}

// ---- generated validation

func compareGenerated(known, minor int) {
	heading("generated validation")
	for _, kind := range kinds {
		group, name, _ := strings.Cut(kind, ".")
		own := upstream{"kubernetes", "pkg/apis/" + group + "/zz_generated.validations.go", "Validate_" + name}
		spec := upstream{own.module, own.file, own.name + "Spec"}
		for _, own := range []upstream{own, spec} {
			if own.source(known) != own.source(minor) {
				fmt.Printf("changed: %s: %s\n", own.file, own.name)
			}
		}
	}
}
