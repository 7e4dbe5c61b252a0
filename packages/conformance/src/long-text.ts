const sentences = [
  "The kitchen window looks out on an old pear tree that flowers late in April.",
  "Trains to the coast leave from the second platform at a quarter past every hour.",
  "A good dough rests overnight in the cold and comes out of the oven crisp and brown.",
  "The museum keeps its maps in flat drawers, away from the light of the street.",
  "Rain fell on the harbour all morning while the boats stayed tied to the wall.",
  "Her grandfather repaired clocks and could tell the maker by the sound alone.",
];

/**
 * English paragraphs of exactly `characters` ASCII characters, so as many bytes. Every sentence starts
 * with the label and its own number: no two are equal, and every passage holds the label.
 */
export function longText(characters: number, label = "Note"): string {
  const parts: string[] = [];
  for (let number = 0, length = 0; length < characters; number += 1) {
    const sentence = `${label} ${number}: ${sentences[number % sentences.length]}${number % 5 === 4 ? "\n\n" : " "}`;
    parts.push(sentence);
    length += sentence.length;
  }
  return parts.join("").slice(0, characters);
}
