import ContactClient
import ContactModel
import ContactUI

/// How a form's patch reaches its contact: read what is there, stop where someone else changed
/// the same fields, else send.
enum SavePath {
    static func save(
        _ save: SaveRequest, to backend: any ContactBackend, _ wording: (ClientError) -> Failure
    ) async -> SaveAnswer {
        do throws(ClientError) {
            let present = try await backend.contact(.key(save.key))
            if save.clashes(with: present) { return .conflict(present) }
            let receipt = try await backend.update(
                save.key, save.patch, removingMetadata: save.removedKeys)
            return .done(receipt)
        } catch {
            return .failed(wording(error))
        }
    }

    static func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, in backend: any ContactBackend,
        _ wording: (ClientError) -> Failure
    ) async -> SaveAnswer {
        do throws(ClientError) {
            return .exists(try await backend.contact(.key(.phone(phone))))
        } catch .notFound {
            do throws(ClientError) {
                return .done(try await backend.create(phone, patch, source: "manual"))
            } catch {
                return .failed(wording(error))
            }
        } catch {
            return .failed(wording(error))
        }
    }
}
