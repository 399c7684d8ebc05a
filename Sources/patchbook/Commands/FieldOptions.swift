import ArgumentParser
import ContactClient
import ContactModel
import ContactUI
import JSONText

/// The fields that `update` and `create` write: only what is given.
struct FieldOptions: ParsableArguments {
    @Option(help: "The name; \"\" clears it.")
    var name: String?

    @Option(help: "The email address; \"\" clears it.")
    var email: String?

    @Option(help: "All tags, separated by commas; \"\" clears them.")
    var tags: String?

    @Option(help: "A JSON object whose keys are set; other keys stay.")
    var metadata: String?

    /// Whether none of them is given.
    var isEmpty: Bool { [name, email, tags, metadata].allSatisfy { $0 == nil } }

    /// The options as a patch.
    ///
    /// - Throws: `ValidationError` (status 64) that names every option that is wrong.
    func patch() throws -> ContactPatch {
        for (option, text) in [("--name", name), ("--email", email), ("--tags", tags)] {
            if let text { try refuseControls(in: text, of: option) }
        }
        var body: JSONObject = [:]
        if let name { body["name"] = .string(name) }
        if let email { body["email"] = .string(email) }
        if let tags { body["tags"] = .string(tags) }
        if let metadata {
            do {
                body["metadata"] = try JSONValue(parsing: metadata)
            } catch {
                throw ValidationError(
                    "--metadata is not JSON: \(SyntaxWording.phrase(error)) at line "
                        + "\(error.line), column \(error.column)")
            }
        }
        var reader = BodyReader(body)
        let patch = reader.patch()
        guard reader.flaws.isEmpty else {
            throw ValidationError(reader.flaws.map(\.message).joined(separator: "\n"))
        }
        return patch
    }

    /// What nobody can see must not get into a book unseen.
    private func refuseControls(in text: String, of option: String) throws {
        let scalars = Array(text.unicodeScalars)
        guard let place = scalars.firstIndex(where: \.isControl) else { return }
        let code = String(scalars[place].value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        throw ValidationError(
            "\(option): character \(place + 1) is a control character (U+\(padded)); leave it out")
    }
}

/// Writes one update-contact patch.
struct UpdateCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a contact: only the fields that are given are written.")

    @Argument(help: "The contact's id, or its phone number in any usual writing.")
    var key: String

    @OptionGroup var fields: FieldOptions
    @OptionGroup var place: PlaceOptions

    @Flag(help: "Print the patch and change nothing.")
    var dryRun = false

    func validate() throws {
        _ = try fields.patch()
        if fields.isEmpty {
            throw ValidationError("nothing to write: give --name, --email, --tags or --metadata")
        }
    }

    func perform() async throws {
        let patch = try fields.patch()
        try await place.withBackend(readsOnly: dryRun, wanted: [key]) { backend, configuration in
            let key = try place.key(key, configuration)
            if dryRun {
                let present = try await backend.standing(key)
                try Plan.print(
                    key: await backend.ownKey(of: present, foundBy: key), patch, on: present)
                return
            }
            if backend.workspace != nil { Interruption.watch() }
            let receipt = try await updated(key, patch, backend)
            if !place.quiet { Streams.print(JSONValue.object(receipt.contact.record).prettyText) }
            if receipt.outcome == .unchanged { place.note("already so: nothing was written") }
        }
    }

    private func updated(
        _ key: ContactKey, _ patch: ContactPatch, _ backend: any ContactBackend
    ) async throws(ClientError) -> Receipt {
        do throws(ClientError) {
            return try await backend.update(key, patch, removingMetadata: [])
        } catch .notFound(.key(.id(let id))) where key != .id(id) {
            place.note(
                "whoever had \(key.text) when the contacts were read is not there any more; "
                    + "'patchbook sync' reads who has it now")
            throw .notFound(.key(.id(id)))
        }
    }
}

/// Makes a contact, or updates the one that has the number.
struct CreateCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Add a contact; where the phone number exists, update that contact.")

    @Argument(help: "The phone number.")
    var phone: String

    @OptionGroup var fields: FieldOptions
    @OptionGroup var place: PlaceOptions

    @Flag(help: "Print the patch and change nothing.")
    var dryRun = false

    func perform() async throws {
        let patch = try fields.patch()
        let number = try parsed(Configuration.load())
        let isDryRun = dryRun
        if isDryRun, try place.configurationOfMissingFile() != nil {
            return Plan.print(creating: number, patch)
        }
        try await place.withBackend(
            creates: !isDryRun, readsOnly: isDryRun, wanted: [number.e164]
        ) { backend, _ in
            if isDryRun {
                return try await printPlan(number, patch, backend)
            }
            if backend.workspace != nil { Interruption.watch() }
            let receipt = try await backend.create(number, patch, source: "manual")
            if !place.quiet { Streams.print(JSONValue.object(receipt.contact.record).prettyText) }
            switch receipt.outcome {
            case .created: break
            case .changed: place.note("\(number.e164) was there: updated")
            case .unchanged: place.note("\(number.e164) was there: already so")
            }
        }
    }

    /// What `apply` takes to do the same.
    private func printPlan(
        _ number: PhoneNumber, _ patch: ContactPatch, _ backend: any ContactBackend
    ) async throws {
        let key = ContactKey.phone(number)
        let present: Contact
        do throws(ClientError) {
            present = try await backend.standing(key)
        } catch .notFound {
            return Plan.print(creating: number, patch)
        }
        try Plan.print(key: await backend.ownKey(of: present, foundBy: key), patch, on: present)
    }

    private func parsed(_ configuration: Configuration) throws -> PhoneNumber {
        do {
            return try PhoneNumber(parsing: phone, plan: configuration.plan)
        } catch {
            throw ValidationError(
                "'\(Streams.neutral(phone))' is no phone number: \(PhoneWording.phrase(error))")
        }
    }
}

/// What a command would send, a line for each contact that would really change.
enum Plan {
    static func print(creating number: PhoneNumber, _ patch: ContactPatch) {
        let change = ContactChange(key: .phone(number), change: .create(patch, source: "manual"))
        Streams.print(PlanLine(change).text)
    }

    static func print(key: ContactKey, _ patch: ContactPatch, on present: Contact) throws {
        do throws(PatchFlaw) {
            guard try present.applying(patch) != present else { return }
        } catch {
            throw ClientError.unusable(error)
        }
        let body = UpdateRequest(key: key, patch: patch).body
        Streams.print(JSONValue.object(body).jsonText)
    }
}

extension ContactBackend {
    /// The key of a contact that no other has: its id, but where that stands twice in a file the
    /// one by which it was found.
    fileprivate func ownKey(of contact: Contact, foundBy key: ContactKey) async -> ContactKey {
        guard let own = contact.key, own != key else { return key }
        guard workspace == nil else { return own }
        return (try? await self.contact(.key(own))) == nil ? key : own
    }
}

extension PlaceOptions {
    /// A line on standard error, unless it should be quiet.
    func note(_ text: String) {
        if !quiet { Streams.complain(text) }
    }
}
