import ContactFormats
import ContactModel
import JSONText
import Testing

@Suite("Columns of other programs")
struct ColumnTests {
    @Test("Google Contacts")
    func google() throws {
        let header =
            "First Name,Middle Name,Last Name,Name Prefix,Nickname,Labels,E-mail 1 - Label,"
            + "E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value"
        let text = """
            \(header)
            Ana,María,Pérez,Dr.,,* myContacts ::: vip ::: black friday,* Home,ana@example.com,\
            ,Mobile,+1 555-000-1001 ::: +1 555-000-1009,
            Bo,,,,,* myContacts,,not an address,bo@example.com,,,+15550001002
            """
        #expect(
            try Reading.plan(text, .csv) == [
                #"{"phone":"+15550001001","create":true,"name":"Dr. Ana María Pérez""#
                    + #","email":"ana@example.com","tags":"vip,black friday""#
                    + #","source":"csv_import"}"#,
                #"{"phone":"+15550001002","create":true,"name":"Bo","email":"bo@example.com","#
                    + #""source":"csv_import"}"#,
            ])
        let unread = try Reading.entries(Array(text.utf8), .csv).unread
        #expect(unread.unknown.first == ["E-mail 1 - Label", "Phone 1 - Label"])
        #expect(unread.surplus.first == ["Phone 1 - Value", "E-mail 1 - Value"])
    }

    @Test("Google Contacts as it was before")
    func oldGoogle() throws {
        let text = """
            Name,Given Name,Family Name,Group Membership,E-mail 1 - Value,Phone 1 - Value
            Ana Pérez,Ana,Pérez,eu ::: * starred,ana@example.com,+15550001001
            """
        #expect(
            try Reading.plan(text, .csv) == [
                #"{"phone":"+15550001001","create":true,"name":"Ana Pérez","#
                    + #""email":"ana@example.com","tags":"eu","source":"csv_import"}"#
            ])
    }

    @Test("Outlook: the mobile number goes before the others")
    func outlook() throws {
        let text = """
            First Name,Last Name,E-mail Address,Home Phone,Business Phone,Mobile Phone,Categories
            Ana,Pérez,ana@example.com,+15550001008,+15550001009,+15550001001,vip;eu
            Bo,Lind,,+15550001002,,,
            """
        #expect(
            try Reading.plan(text, .csv) == [
                #"{"phone":"+15550001001","create":true,"name":"Ana Pérez","#
                    + #""email":"ana@example.com","tags":"vip,eu","source":"csv_import"}"#,
                #"{"phone":"+15550001002","create":true,"name":"Bo Lind","source":"csv_import"}"#,
            ])
    }

    @Test(
        "Excel in many languages",
        arguments: [
            "Vorname;Nachname;E-Mail-Adresse;Handynummer;Schlagwörter",
            "Nombre;Apellidos;Correo electrónico;Teléfono móvil;Etiquetas",
            "PRÉNOM;NOM;Adresse e-mail;Téléphone portable;Étiquettes",
            "nome;cognome;e-mail;cellulare;tags", "first_name;last_name;email;phone_number;TAGS",
        ])
    func languages(_ header: String) throws {
        #expect(
            try Reading.plan("\(header)\r\nAna;Pérez;ana@example.com;+15550001001;vip\r\n", .csv)
                == [
                    #"{"phone":"+15550001001","create":true,"name":"Ana Pérez","#
                        + #""email":"ana@example.com","tags":"vip","source":"csv_import"}"#
                ])
    }

    @Test("a company is the name of whoever has no other; beside one it is not read")
    func companies() throws {
        for header in ["Organization Name,First Name,Phone", "Firma,Vorname,Telefon"] {
            let text = "\(header)\nAcme,,+15550001001\nAcme,Bo,+15550001002\n,,+15550001003\n"
            let read = try Reading.entries(Array(text.utf8), .csv)
            #expect(read.entries.map(\.record?.name?.text) == ["Acme", "Bo", ""])
            #expect(read.unread.unknown.first.map(header.hasPrefix) == [true])
            let named = Contact(record: ["name": .string("Jo")])
            for record in read.entries.compactMap(\.record) where record.name?.text == "Acme" {
                #expect(try record.merged(into: named, ImportRules()).patch.isEmpty)
                #expect(
                    try record.merged(into: Contact(record: [:]), ImportRules()).patch.name != nil)
            }
        }
        let kept = try Reading.records(
            "Company,Phone\nAcme,+15550001001\n", .csv, ReadingOptions(keepsUnknown: true))
        #expect(kept.map(\.cells.count) == [1])
        let object = #"[{"phone":"+15550001001","company":"Acme"}]"#
        #expect(try Reading.records(object, .json)[0].name?.text == "Acme")
        let own = Contact(record: ["phone": .string("+15550001001"), "company": .string("Acme")])
        let merged = try Reading.records(object, .json)[0].merged(into: own, ImportRules())
        #expect(merged.patch.isEmpty)
        #expect(try Reading.records("name,meta.company,phone\n,x,1\n", .csv)[0].name?.text == "")
    }

    @Test(
        "numbers as spreadsheets keep them from counting",
        arguments: [
            "'+15550001001", "\"=\"\"+15550001001\"\"\"", "=\"+15550001001\"", "+1 (555) 000-1001",
            "0015550001001",
        ])
    func spreadsheetNumbers(_ cell: String) throws {
        let records = try Reading.records("phone\n\(cell)\n", .csv)
        #expect(records.map(\.phone?.number?.e164) == ["+15550001001"])
    }

    @Test("only tables are told to the service as such")
    func source() {
        let sources = ContactFormat.allCases.map(\.source)
        #expect(sources == ["csv_import", "manual", "manual", "manual"])
    }

    @Test("a number without a country is completed as the configuration says")
    func plan() throws {
        let plan = try #require(DialingPlan(callingCode: "49", trunkPrefix: "0"))
        let text = "phone\n0170 1234567\n"
        #expect(
            try Reading.records(text, .csv, ReadingOptions(plan: plan)).map(\.phone?.number?.e164)
                == ["+491701234567"])
        #expect(try Reading.records(text, .csv).map(\.phone?.flaw) == [.noCountry])
    }

    @Test("columns are what --map says, and unknown ones become metadata where asked for")
    func mapping() throws {
        let text = "Nr,Kunde,Tarif,Alter\n+15550001001,Ana,gold,\n"
        let columns: [String: ImportField] = [
            "Nr": .phone, "Kunde": .name, "Tarif": .metadataValue(MetadataPath(keys: ["plan"])),
        ]
        #expect(
            try Reading.plan(text, .csv, ReadingOptions(columns: columns)) == [
                #"{"phone":"+15550001001","create":true,"name":"Ana","metadata":{"plan":"gold"},"#
                    + #""source":"csv_import"}"#
            ])
        let kept = ReadingOptions(columns: ["Nr": .phone, "Kunde": .ignored], keepsUnknown: true)
        #expect(
            try Reading.plan(text, .csv, kept) == [
                #"{"phone":"+15550001001","create":true,"metadata":{"Tarif":"gold"},"#
                    + #""source":"csv_import"}"#
            ])
    }

    @Test(
        "tags of a cell",
        arguments: [
            ("vip, black friday", ["vip", "black friday"]), ("a;b", ["a", "b"]),
            ("\"a,b\",c", ["a,b", "c"]), ("\"a\"\"b\"", ["a\"b"]), ("\"open,c", ["\"open", "c"]),
            ("\"x\" y,z", ["\"x\" y", "z"]), (" , ;", []), ("a ::: b", ["a", "b"]),
            ("\" edge \"", [" edge "]), ("\"open\"\"", ["\"open\"\""]),
            (" [\"a\", \"b;c\"]", ["a", "b;c"]), ("[1]", ["[1]"]), ("[x],y", ["[x]", "y"]),
        ])
    func tags(_ cell: String, _ expected: [String]) {
        #expect(TagCell.tags(in: cell) == expected)
        #expect(TagCell.tags(in: TagCell.text(expected)) == expected)
    }
}
