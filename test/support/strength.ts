/** How many times as many attackers as usual, for who wants to know what is left: `PMCP_ATTACK_STRENGTH=2`. */
export const STRENGTH = Number(process.env.PMCP_ATTACK_STRENGTH ?? 1);
