// SPDX-License-Identifier: MIT
#pragma once

#include <expected>

#include "protocol/object/object_params.hpp"
#include "protocol/receive/offer_fault.hpp"
#include "wire/norm/message.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::protocol {

/// An offer of something that can be: sizes whose books fit into memory, geometry that the
/// code can mend, chunks that are neither too many nor too large to hold some of them. The one
/// place that decides it, for sessions and for `list`.
struct ValidOffer {
    ObjectParams object;
    DigestParams digest;
};

[[nodiscard]] std::expected<ValidOffer, OfferFault> validate(const wire::Offer& offer);

/// The same of the object alone, which is all that a plain sender tells.
[[nodiscard]] std::expected<ObjectParams, OfferFault> validate(ObjectId id, wire::FecId fec_id,
                                                               const wire::Fti& fti);

}  // namespace mcast::protocol
