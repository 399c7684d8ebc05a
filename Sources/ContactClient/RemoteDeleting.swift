import ContactModel
import JSONText

extension RemoteClient {
    /// Takes a contact away, for good.
    ///
    /// It is read first, since nothing brings it back: it must stand as it is known here.
    ///
    /// - Parameter known: the contact as a person saw it; nil takes it away however it stands.
    /// - Returns: whether it was there.
    /// - Throws: `.conflict` where it stands otherwise by now.
    func delete(_ key: ContactKey, known: Contact?) async throws(ClientError) -> Bool {
        let present: Contact
        do throws(ClientError) {
            present = try await contact(.key(key)).checked(against: known)
        } catch .notFound {
            return false
        }
        if let known, known.differs(from: present) { throw .conflict(present) }
        guard let id = present.id else { throw .unsupported(.deleting(key)) }
        do throws(ClientError) {
            let answer = try await tools.perform(RemoteTools.deletion, ["id": .string(id)])
            guard answer["deleted"] != .bool(false) else { throw .badAnswer(.shape("deleted")) }
            return true
        } catch {
            guard error.leavesOutcomeOpen || error.isRefusal else { throw error }
            guard try await isGone(.id(id), after: error) else { throw error }
            return true
        }
    }

    /// - Throws: `.outcomeUnknown` where that cannot be read either.
    private func isGone(
        _ key: ContactKey, after error: ClientError
    ) async throws(ClientError) -> Bool {
        do throws(ClientError) {
            _ = try await contact(.key(key))
            return false
        } catch .notFound {
            return true
        } catch let reading {
            if case .outcomeUnknown(let failure) = error { throw .outcomeUnknown(failure) }
            if case .notSent(let failure) = reading { throw .outcomeUnknown(failure) }
            throw .outcomeUnknown(.brokenOff)
        }
    }
}

extension Contact {
    /// Whether one of the fields that people write stands otherwise than it is known here, as far
    /// as it is: an answer may have told of the tags alone.
    fileprivate func differs(from present: Contact) -> Bool {
        func isKnown(_ field: Field) -> Bool { isComplete || record[field.name] != nil }
        let fields: [Field] = [.phone, .name, .email] + (isComplete ? [.metadata] : [])
        return isKnown(.tags) && tags != present.tags
            || fields.filter(isKnown).contains { field in
                (record[field.name] ?? .null) != (present.record[field.name] ?? .null)
            }
    }
}

extension ClientError {
    /// Whether the server says that it did not do it, which is not always so.
    fileprivate var isRefusal: Bool {
        switch self {
        case .rejected, .serverFailed: true
        default: false
        }
    }
}
