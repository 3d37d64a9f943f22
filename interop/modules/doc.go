// Package modules tests that strangers can require the modules of this repository: it packs them as a proxy of modules
// would serve them, and builds a program that requires each and replaces none. It also compares lists of the modules.
package modules
