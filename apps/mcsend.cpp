// SPDX-License-Identifier: MIT
#include "cli/tool.hpp"

int main(int argc, char** argv) {
    return mcast::cli::run_mcsend(argc, argv);
}
