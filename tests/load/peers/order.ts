/** The same things in another order (Fisher and Yates). */
export const shuffled = <Thing>(things: readonly Thing[], random: () => number): Thing[] => {
  const mixed = [...things]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    ;[mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!]
  }
  return mixed
}
