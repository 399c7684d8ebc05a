import ContactClient
import ContactStore
import TerminalKit

/// What titles and banners say of a place.
enum PlaceWording {
    static func readOnly(_ reason: Place.ReadOnlyReason) -> String {
        switch reason {
        case .file: StoreWording.readOnly(.file)
        case .folder: StoreWording.readOnly(.folder)
        case .noLocks: StoreWording.readOnly(.noLocks)
        case .damage: StoreWording.readOnly(.damage)
        case .asked: StoreWording.readOnly(.asked)
        }
    }
}
