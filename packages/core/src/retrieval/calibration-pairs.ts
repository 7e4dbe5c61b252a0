/**
 * Questions of everyday life and work, each with a statement that answers it and none that answers another. A change of
 * these sentences changes what every threshold means.
 */
export const calibrationPairs: readonly { readonly question: string; readonly answer: string }[] = [
  { question: "What is the dog called?", answer: "Our puppy is named Biscuit." },
  { question: "When does the train to the coast leave?", answer: "The seaside express departs at half past seven." },
  { question: "Which food makes Ida ill?", answer: "Ida cannot eat walnuts; they give her a rash." },
  {
    question: "Where did they spend the summer holidays?",
    answer: "We stayed two weeks in a cabin beside a lake in Norway.",
  },
  {
    question: "How much does the apartment cost a month?",
    answer: "The rent for the flat is 900 euros, heating included.",
  },
  { question: "Who repaired the roof?", answer: "The carpenter Ole fixed the leaking tiles on top of the house." },
  { question: "What instrument does she practise?", answer: "Every evening Clara plays the cello for an hour." },
  { question: "Why was the meeting moved?", answer: "The team call was postponed because the manager had a fever." },
  { question: "What is his favourite colour?", answer: "Green is the shade Tomas likes best." },
  { question: "How do I reset my password?", answer: "Use the link on the login page to choose a new password." },
  { question: "Which language is the server written in?", answer: "The backend is implemented in Rust." },
  { question: "When is grandmother's birthday?", answer: "Grandma turns eighty on the third of March." },
  {
    question: "What does the doctor recommend for the knee?",
    answer: "The physician advised rest and cold packs for the sore knee.",
  },
  { question: "Where are the spare keys?", answer: "An extra set of house keys lies in the drawer under the mirror." },
  { question: "How long does the bread bake?", answer: "Leave the loaf in the oven for forty minutes." },
  { question: "Who won the chess tournament?", answer: "Priya took first place in the chess competition." },
  { question: "What car do they drive?", answer: "The family owns an old blue station wagon." },
  { question: "Which bank holds the savings?", answer: "I opened a savings account at the credit union downtown." },
  {
    question: "What is the wifi code?",
    answer: "The password of the wireless network is on the sticker of the router.",
  },
  { question: "How did the exam go?", answer: "She passed the chemistry test with top marks." },
  {
    question: "When should the plants be watered?",
    answer: "Give the tomatoes and the basil water every second morning.",
  },
  { question: "What did the tenant complain about?", answer: "The renter reported mould on the bathroom wall." },
  { question: "Where does Marco work now?", answer: "Marco started a job as an accountant at a shipping company." },
  { question: "Which film did we see on Friday?", answer: "At the end of the week we watched a comedy at the cinema." },
  {
    question: "How many people are coming to the wedding?",
    answer: "Sixty guests have confirmed for the marriage ceremony.",
  },
  { question: "What size are the boots?", answer: "These winter shoes are size 42." },
  {
    question: "Why did the deployment fail?",
    answer: "The release was rolled back since a database migration timed out.",
  },
  { question: "Does he drink coffee?", answer: "He prefers black tea and never has coffee." },
  { question: "What sport did she take up?", answer: "Since spring Lena goes climbing twice a week." },
  {
    question: "Who looks after the children on Mondays?",
    answer: "The nanny picks the kids up from school at the start of the week.",
  },
  { question: "How can the order be returned?", answer: "Send the parcel back within thirty days for a full refund." },
  { question: "What was the weather like on the hike?", answer: "It rained heavily during our walk up the mountain." },
  { question: "Which book is she reading?", answer: "Her current novel is a story about a lighthouse keeper." },
  { question: "When does the contract end?", answer: "The agreement expires at the end of September." },
  { question: "What did he study at university?", answer: "He has a degree in marine biology." },
  { question: "Where was the bicycle stolen?", answer: "Someone took my bike from the rack behind the library." },
  { question: "How tall is the tower?", answer: "The old water tower measures thirty metres." },
  { question: "What is she saving money for?", answer: "Nora puts aside a part of her salary to buy a sailing boat." },
  {
    question: "Which medicine does father take?",
    answer: "Dad swallows a pill against high blood pressure every morning.",
  },
  { question: "Who painted the picture in the hall?", answer: "The portrait in the corridor is by my aunt." },
  { question: "What time does the shop close?", answer: "The bakery is open until six in the evening." },
  { question: "Why are they moving to Lisbon?", answer: "They relocate to Portugal to be near their son." },
  {
    question: "What should be in the monthly report?",
    answer: "The summary for the board lists revenue, costs and new customers.",
  },
  { question: "How is the soup seasoned?", answer: "Add ginger, lime and a little chili to the broth." },
  { question: "Which phone did he buy?", answer: "Jonas got a second-hand smartphone with a large screen." },
  { question: "What are the rules of the library?", answer: "Borrowed books must be brought back after four weeks." },
  {
    question: "Where can I park near the office?",
    answer: "There is a garage with free places opposite our building.",
  },
  { question: "What made the baby cry at night?", answer: "The infant kept waking because of a new tooth." },
];
