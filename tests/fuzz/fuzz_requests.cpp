// SPDX-License-Identifier: MIT
#include <vector>

#include "expect.hpp"
#include "wire/norm/repair_request.hpp"

using namespace mcast;
using namespace mcast::wire;

namespace {

std::vector<RepairRequest> read(Bytes bytes, bool& well_formed) {
    std::vector<RepairRequest> seen;
    const auto count =
        for_each_request(bytes, [&](const auto& request) { seen.push_back(request); });
    well_formed = count.has_value();
    EXPECT_ALWAYS(seen.size() == count.value_or(0));
    return seen;
}

}  // namespace

// Any bytes as repair requests: what is understood fits again into as much room, and reads the
// same; ranges hold what the header promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    bool well_formed = false;
    const auto requests = read(Bytes(data, size), well_formed);
    if (!well_formed) return 0;

    std::vector<std::uint8_t> out(size);
    RepairRequestWriter writer(out);
    for (const auto& request : requests) {
        EXPECT_ALWAYS(request.first.fec_id == request.last.fec_id);
        if (request.flags & (kRequestSegment | kRequestBlock)) {
            EXPECT_ALWAYS(request.first.object == request.last.object);
            EXPECT_ALWAYS(request.first.id.block <= request.last.id.block);
        }
        EXPECT_ALWAYS(writer.add(request));
    }
    EXPECT_ALWAYS(read(writer.finish(), well_formed) == requests);
    return 0;
}
