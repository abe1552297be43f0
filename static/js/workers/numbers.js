// What a browser reads before its first number (the signs of a language, some megabytes of data to find them in) is read
// once for all of its threads: here, where nobody waits for it.

new Intl.NumberFormat(self.name).format(0);
close();
