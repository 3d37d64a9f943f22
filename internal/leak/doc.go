// Package leak finds what tests leave behind.
package leak
