import ContactClient
import ContactModel
import ContactUI

/// How a form's patch reaches its contact: unless someone else changed the same fields.
enum SavePath {
    static func save(
        _ save: SaveRequest, to backend: any ContactBackend, _ wording: (ClientError) -> Failure
    ) async -> SaveAnswer {
        do throws(ClientError) {
            if let id = save.unsent, let workspace = backend.workspace {
                return .done(
                    try await workspace.replace(
                        id, with: save.key, save.patch, unlessChangedFrom: save.original))
            }
            let receipt = try await backend.update(
                save.key, save.patch, removingMetadata: save.removedKeys,
                unlessChangedFrom: save.original)
            // What was saved stands; a conflict that stays open all the same can be settled later.
            if let id = save.unsent { try? backend.file?.keepTheirs([id]) }
            return .done(receipt)
        } catch .conflict(let present) {
            return .conflict(present)
        } catch {
            return .failed(wording(error))
        }
    }

    static func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, replacing replaced: Int?,
        in backend: any ContactBackend,
        _ wording: (ClientError) -> Failure
    ) async -> SaveAnswer {
        do throws(ClientError) {
            if let replaced, let workspace = backend.workspace {
                return .done(
                    try await workspace.replace(replaced, withNew: phone, patch, source: "manual"))
            }
            return .done(
                try await backend.create(phone, patch, source: "manual", onlyNew: true))
        } catch .exists(let present) {
            return .exists(present)
        } catch {
            return .failed(wording(error))
        }
    }
}
