// SPDX-License-Identifier: MIT
#include "session/receive/output.hpp"

#include <algorithm>
#include <utility>

#include <mcast/output.hpp>
#include <mcast/registry.hpp>

#include "storage/descriptor_outlet.hpp"
#include "storage/device_sink.hpp"
#include "storage/file_sink.hpp"
#include "storage/output_check.hpp"
#include "storage/output_path.hpp"
#include "storage/pipe_sink.hpp"

namespace mcast::session {
namespace {

bool is_device(const std::string& path) {
    return storage::real_file_system().kind_of_target(path) ==
           storage::FileSystem::Kind::block_device;
}

/// Null: the output takes content in any order.
Result<std::unique_ptr<storage::Outlet>> open_outlet(const Output& output) {
    if (output.consumer) return storage::CommandOutlet::create(*output.consumer);
    if (const auto fd = storage::named_descriptor(storage::real_file_system(), output.path))
        return storage::DescriptorOutlet::create(*fd);
    return nullptr;
}

}  // namespace

Output output_for(const ReceiveOptions& options, const protocol::OfferInfo& offer,
                  const Circumstances& circumstances) {
    Output output{options.output,   offer.name,  options.overwrite, options.reread_partitions,
                  circumstances.id, offer.stored};
    if (!options.exec.empty())
        output.consumer = storage::Consumer{
            options.exec,
            {{"MCAST_NAME", offer.name},
             {"MCAST_SIZE", offer.object.open() ? "" : std::to_string(offer.object.size)},
             {"MCAST_SENDER", circumstances.sender},
             {"MCAST_META", offer.meta},
             {"MCAST_ID", circumstances.id}},
            std::chrono::ceil<std::chrono::milliseconds>(circumstances.patience)};
    return output;
}

Result<void> check_output(const std::string& path, const std::string& name, bool overwrite) {
    auto& files = storage::real_file_system();
    if (const auto fd = storage::named_descriptor(files, path))
        return storage::DescriptorOutlet::check(*fd);
    if (is_device(path)) return storage::DeviceSink::check(files, path);
    return storage::check_output(files, path, name, overwrite);
}

// If the registry cannot be read, the session will say so when it registers.
std::vector<control::Taken> taken_into(const std::string& path) {
    const auto directory = registry::directory();
    if (!directory) return {};
    auto taken = control::list_taken(*directory);
    if (!taken) return {};
    std::erase_if(*taken, [&](const control::Taken& one) {
        return !storage::means_place(storage::real_file_system(), path, one.place);
    });
    return std::move(*taken);
}

Result<std::unique_ptr<storage::Sink>> open_output(const Output& output,
                                                   const protocol::ObjectParams& object,
                                                   const protocol::DigestParams& digest) {
    auto outlet = open_outlet(output);
    if (!outlet) return std::unexpected(std::move(outlet.error()));
    if (*outlet) {
        // A chunk leaves the window as a whole, so several chunks have to fit.
        const ByteCount window =
            std::max(storage::PipeSink::kDefaultWindow, 4 * ByteCount{digest.chunk_size});
        return storage::PipeSink::create(std::move(*outlet), object.size, window);
    }
    if (is_device(output.path))
        return storage::DeviceSink::create(storage::real_file_system(),
                                           {.path = output.path,
                                            .size = object.size,
                                            .reread_partitions = output.reread_partitions,
                                            .open_end = object.open()});
    // A file that is replaced gives its space back only at the end; until then there are both.
    return storage::FileSink::create(storage::real_file_system(), {.output = output.path,
                                                                   .offered = output.offered,
                                                                   .size = object.size,
                                                                   .open_end = object.open(),
                                                                   .overwrite = output.overwrite,
                                                                   .expected_bytes = output.stored,
                                                                   .id = output.id});
}

}  // namespace mcast::session

namespace mcast {

bool is_standard_output(const std::string& output) {
    return storage::named_descriptor(storage::real_file_system(), output) == 1;
}

}  // namespace mcast
