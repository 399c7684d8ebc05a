import Glibc
import Testing

/// The built program as people and scripts meet it; one story after the other.
@Suite(.serialized) enum EndToEnd {}

/// The contacts most stories begin with, written as no program would write them.
enum Shop {
    static let text = #"""
        [
          { "phone": "+1 555 000 1001",  "id" : "c1", "name":"Ana P\u00e9rez", "email": null,
            "tags": [ "vip" ], "metadata": {"plan": "gold", "ltv": 9120.00,
            "big": 12345678901234567890, "plan": "silver"}, "note": {"z":[1 ,2,  3]} },
        {"id":"c2","phone":"+15550001002","name":"Bo Lindqvist","email":"bo@example.com",\#
        "tags":["lead","eu"],"metadata":{"ltv":1e3}},
        	{"id": "c3", "phone": "+15550001003", "name": "Chen Wei",
        	 "email": "chen@example.com", "tags": [], "metadata": {}}
          ]


        """#

    /// A home with these contacts in `contacts.json`.
    static func home() throws -> Home {
        let home = try Home()
        try home.put("contacts.json", text)
        return home
    }

    /// The same as a remote workspace that was read once and is out of reach now.
    static func known() async throws -> Home {
        let home = try home()
        home.variables["PATCHBOOK_PROFILE"] = "shop"
        try await withServer(over: home) {
            let synced = try await Program.run("sync", in: home)
            #expect(synced.status == 0)
        }
        return home
    }

    /// The same with new names, each a step of a journal that is not part of the file, as a
    /// killed program leaves it.
    static func unfolded(_ names: [(id: String, name: String)]) async throws -> Home {
        let home = try home()
        let presence = try home.heldOpen("contacts.json")
        for (id, name) in names {
            let edit = ["update", id, "--name", name, "--file", "contacts.json"]
            #expect(try await Program.run(edit, in: home).status == 0)
        }
        close(presence)
        return home
    }
}
