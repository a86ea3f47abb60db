// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mcast/options.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "control/taken.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/receive/offer_info.hpp"
#include "storage/command_outlet.hpp"
#include "storage/sink.hpp"

namespace mcast::session {

/// The place that the user wants for the content, and the name that the sender offers.
struct Output {
    std::string path;     ///< a folder, a file, a block device, or a descriptor
    std::string offered;  ///< from the network
    bool overwrite = false;
    bool reread_partitions = false;  ///< of a device
    std::string id;                  ///< of the session
    std::optional<ByteCount> stored =
        {};  ///< what the content takes on the sender's disk, if known
    std::optional<storage::Consumer> consumer = {};  ///< takes the content, and path is empty
};

/// A transfer as the user's command is told of it, beside its offer.
struct Circumstances {
    std::string id;      ///< of the session
    std::string sender;  ///< its address
    Duration patience{};
};

/// The output for an offer that is taken.
[[nodiscard]] Output output_for(const ReceiveOptions& options, const protocol::OfferInfo& offer,
                                const Circumstances& circumstances);

/// Checks an output as far as that can be done before there is an offer. `name`: the only offer
/// that is taken, or empty. To be called before the session opens descriptors of its own.
[[nodiscard]] Result<void> check_output(const std::string& path, const std::string& name,
                                        bool overwrite);

/// The transfers that receivers of this user have already put there, as far as their records are
/// kept. They are not taken there again.
[[nodiscard]] std::vector<control::Taken> taken_into(const std::string& path);

/// Opens the output; on the worker's thread, since it may wait for a disk. The offer is valid.
/// A command is not started yet. Errors: those of create() of FileSink, DeviceSink and PipeSink.
[[nodiscard]] Result<std::unique_ptr<storage::Sink>> open_output(
    const Output& output, const protocol::ObjectParams& object,
    const protocol::DigestParams& digest);

}  // namespace mcast::session
