/** Multiplies the number of attackers, to find out the reserves: `PMCP_ATTACK_STRENGTH=2`. */
export const STRENGTH = Number(process.env.PMCP_ATTACK_STRENGTH ?? 1);
