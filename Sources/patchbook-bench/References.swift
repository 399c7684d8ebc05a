import Glibc

/// What the figures stand beside: programs of Debian's packages, each nil where it is missing.
struct References {
    /// The contacts as a file.
    let file: String
    /// The names, emails and phones alone, one contact a line.
    let text: String
    /// Where things may be made.
    let folder: String
    private let reader: String?

    init(file: String, text: String, folder: String) {
        self.file = file
        self.text = text
        self.folder = folder
        reader = References.compile(in: folder)
    }

    /// CPU milliseconds of simdjson On-Demand reading every contact.
    var simdjson: Double? { reader.flatMap { cpu([$0, file]) } }

    /// CPU milliseconds of counting lines.
    var lines: Double? { cpu(["wc", "-l", file]) }

    /// CPU milliseconds of finding a word whatever its case.
    func rg(_ word: String) -> Double? { cpu(["rg", "-i", "-j1", "-c", "-F", word, text]) }

    /// CPU milliseconds of filtering lines by a word.
    func fzf(_ word: String) -> Double? {
        Child(["fzf", "--exact", "--filter", word], input: text).flatMap { $0.cpu }
    }

    /// CPU milliseconds of reading all of it into a tree.
    var jq: Double? { cpu(["jq", "length", file]) }

    private func cpu(_ arguments: [String]) -> Double? {
        Child(arguments).flatMap { $0.status == 0 || $0.status == 256 ? $0.cpu : nil }
    }

    /// Milliseconds of one durable change of one row, the mean of many; each round writes other
    /// values, since sqlite does not write what stands there already.
    func oneRow(_ database: String, count: Int, round: Int) -> Double? {
        var script = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;\n"
        for row in 1...count {
            let email = "new\(row)@\(round).example.com"
            script += "UPDATE contacts SET email='\(email)' WHERE id=\(row * 97);\n"
        }
        return sqlite(database, script).map { $0 / Double(count) }
    }

    /// CPU milliseconds of a program that makes one durable change of one row.
    func oneCommand(_ database: String, round: Int) -> Double? {
        cpu([
            "sqlite3", database,
            "PRAGMA synchronous=FULL; UPDATE contacts SET email='c\(round)' WHERE id=4711;",
        ])
    }

    /// Milliseconds of one durable change of many rows, which stand all over the table as those do
    /// that a search finds.
    func manyRows(_ database: String, count: Int, round: Int) -> Double? {
        sqlite(
            database,
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;\n"
                + "UPDATE contacts SET tags=json_insert(tags,'$[#]','t\(round)') "
                + "WHERE id % (SELECT max(1, max(id) / \(count)) FROM contacts) = 0;\n")
    }

    /// Makes a database of contacts that stand one a line, since sqlite reads no file of a
    /// gigabyte at once; nil where that does not work.
    func database(of lines: String) -> String? {
        let path = folder + "/contacts.db"
        let script =
            "CREATE TABLE contacts(id INTEGER PRIMARY KEY, email TEXT, tags TEXT, rest TEXT);\n"
            + "CREATE TEMP TABLE lines(line TEXT);\n"
            + ".mode ascii\n.separator \"\\037\" \"\\n\"\n.import '\(lines)' lines\n"
            + "INSERT INTO contacts(email,tags,rest) SELECT line->>'email', line->'tags', line "
            + "FROM lines;\n"
        return sqlite(path, script) == nil ? nil : path
    }

    private func sqlite(_ database: String, _ script: String) -> Double? {
        let path = folder + "/script.sql"
        guard Files.write(Array(script.utf8), to: path),
            let child = Child(["sqlite3", database], input: path), child.status == 0
        else { return nil }
        return child.wall
    }

    /// Milliseconds of writing a file to another one beside it and waiting for the disk.
    func written(_ file: String) -> Double? {
        let child = Child(["dd", "if=\(file)", "of=\(file).written", "bs=1M", "conv=fsync"])
        return child.flatMap { $0.status == 0 ? $0.wall : nil }
    }

    /// Uses so many bytes of memory and gives them back: a virtual machine gets what nobody used
    /// for a while from its host, and whoever is measured next would wait for that.
    func warmMemory(count: Int) {
        let path = folder + "/unmeasured"
        _ = Child(["dd", "if=/dev/zero", "of=\(path)", "bs=1M", "count=\(count >> 20)"])
        unlink(path)
        _ = Child(["sync", "-f", folder])
    }

    private static func compile(in folder: String) -> String? {
        let (source, program) = (folder + "/reader.cpp", folder + "/reader")
        guard Files.write(Array(code.utf8), to: source),
            let child = Child(["g++", "-O3", "-march=native", "-o", program, source, "-lsimdjson"]),
            child.status == 0
        else { return nil }
        return program
    }

    /// Reads what a list and a search need of each contact.
    private static let code = """
        #include <simdjson.h>
        #include <cstdio>
        using namespace simdjson;
        int main(int, char **arguments) {
            ondemand::parser parser;
            padded_string text = padded_string::load(arguments[1]);
            size_t count = 0, bytes = 0;
            ondemand::document document = parser.iterate(text);
            for (ondemand::object contact : document.get_array()) {
                count++;
                for (auto field : contact) {
                    std::string_view name = field.unescaped_key();
                    if (name == "id" || name == "phone" || name == "name" || name == "email") {
                        ondemand::value value = field.value();
                        std::string_view found;
                        if (!value.get_string().get(found)) bytes += found.size();
                    } else if (name == "tags") {
                        for (auto tag : field.value().get_array()) {
                            std::string_view found;
                            if (!tag.get_string().get(found)) bytes += found.size();
                        }
                    }
                }
            }
            printf("%zu %zu\\n", count, bytes);
        }
        """
}

/// Files that the measuring makes.
enum Files {
    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        defer { fclose(file) }
        return fwrite(bytes, 1, bytes.count, file) == bytes.count
    }
}
