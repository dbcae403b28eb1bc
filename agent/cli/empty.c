// SPDX-License-Identifier: Apache-2.0
/* (placeholder: delete when the first real file is here) */
typedef int teren_agent_cli_is_empty;
